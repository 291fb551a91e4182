# Notebook, cell 2: join
import random
import threading
import time

amountOftasks = 5

def doTask(n):
    sleeptime = round(random.randint(10_000, 100_000) / 50_000, 1)
    time.sleep(sleeptime)
    print("Job {0} done after {1} seconds at {2}, spent so far {3} seconds.".format(n, sleeptime, time.asctime().split()[3], round(time.time() - startedAt, 2)))

threads = []
for i in range(amountOftasks):
    t = threading.Thread(target=doTask, args=(i,))
    threads.append(t)
    t.start()

# .join() blocks the main thread until this thread has ended

startedAt = time.time()
print("Start {0} tasks in multithreading at {1}.".format(amountOftasks, time.asctime().split()[3]))
for one_thread in threads:
    # stdout is also blocked here, because it is controlled by the main thread
    print(".join() thread {0} after {1} seconds.".format(str(one_thread), round(time.time() - startedAt, 1)))
    one_thread.join()

print("All tasks are done at {0} seconds.".format(round(time.time() - startedAt, 1)))
