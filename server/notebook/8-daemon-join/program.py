# Notebook, cell 8: a daemon thread, joined
import random
import threading
import time

def doTask(n):
    print("Job {0} started at {1}.".format(n, time.asctime().split()[3]))
    sleeptime = round(random.randint(10_000, 100_000) / 50_000, 1)
    time.sleep(sleeptime)
    print("Job {0} done after {1} seconds at {2}, spent so far {3} seconds.".format(n, sleeptime, time.asctime().split()[3], round(time.time() - startedAt, 2)))

t = threading.Thread(name='non-daemon', target=doTask, args=('non-daemon',))
d = threading.Thread(name='daemon', target=doTask, args=('daemon',))
d.daemon = True

startedAt = time.time()
d.start()
t.start()

d.join()
t.join()
