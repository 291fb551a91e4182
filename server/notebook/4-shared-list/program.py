# Notebook, cell 4: threads share a list
import random
import threading
import time

amountOftasks = 5

# a shared list, to be modified by several threads
mylist = []
print("Shared list is now empty! len: {0}; content: {1}".format(len(mylist), str(mylist)))

def doTask(n):
    sleeptime = round(random.randint(10_000, 100_000) / 50_000, 1)
    time.sleep(sleeptime)
    mylist.append(threading.get_ident())  # race condition aware!
    print("Job (add thread ident to shared list) {0} done after {1} seconds at {2}, spent so far {3} seconds.".format(n, sleeptime, time.asctime().split()[3], round(time.time() - startedAt, 2)))

threads = []
for i in range(amountOftasks):
    t = threading.Thread(target=doTask, args=(i,))
    threads.append(t)
    t.start()

startedAt = time.time()
print("Start {0} tasks in multithreading at {1}.".format(amountOftasks, time.asctime().split()[3]))
for one_thread in threads:
    print(".join() thread {0} after {1} seconds.".format(str(one_thread), round(time.time() - startedAt, 1)))
    one_thread.join()

print("All tasks are done in {0} seconds.".format(round(time.time() - startedAt, 1)))
print("Shared list is not empty any more! len: {0}; content: {1}".format(len(mylist), str(mylist)))
