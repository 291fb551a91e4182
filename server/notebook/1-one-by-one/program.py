# Notebook, cell 1: one by one, then in threads
import random
import threading
import time

amountOftasks = 5

def doTask(n):
    sleeptime = round(random.randint(10_000, 100_000) / 50_000, 1)
    time.sleep(sleeptime)
    print("Job {0} done after {1} seconds at {2}, spent so far {3} seconds.".format(n, sleeptime, time.asctime().split()[3], round(time.time() - startedAt, 2)))

startedAt = time.time()
print("Start {0} tasks one-by-one in a row at {1}.".format(amountOftasks, time.asctime().split()[3]))
for i in range(amountOftasks):
    doTask(i)

startedAt = time.time()
print("Start {0} tasks in multithreading at {1}.".format(amountOftasks, time.asctime().split()[3]))
for i in range(amountOftasks):
    threading.Thread(target=doTask, args=(i,)).start()
