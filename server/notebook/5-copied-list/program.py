# Notebook, cell 5: each process has its own list
import multiprocessing
import random
import threading
import time

amountOftasks = 5

def doTask(n):
    sleeptime = round(random.randint(10_000, 100_000) / 50_000, 1)
    time.sleep(sleeptime)
    mylist.append(threading.get_ident())  # race condition aware!
    print("Job (add thread ident to shared list) {0} done after {1} seconds at {2}, spent so far {3} seconds.".format(n, sleeptime, time.asctime().split()[3], round(time.time() - startedAt, 2)))

mylist = []
print("Shared list is now empty! len: {0}; content: {1}".format(len(mylist), str(mylist)))

startedAt = time.time()
processes = []
for i in range(amountOftasks):
    t = multiprocessing.Process(target=doTask, args=(i,))
    processes.append(t)
    t.start()

startedAt = time.time()
print("Start {0} tasks in multiprocessing at {1}.".format(amountOftasks, time.asctime().split()[3]))
for one_process in processes:
    print(".join() Process {0} after {1} seconds.".format(str(one_process), round(time.time() - startedAt, 1)))
    one_process.join()

print("All tasks are done in {0} seconds.".format(round(time.time() - startedAt, 1)))
print("Shared list is still empty, because we use multiprocessing! len: {0}; content: {1}".format(len(mylist), str(mylist)))
