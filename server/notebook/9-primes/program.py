# Notebook, cell 9: make your own, in processes
import multiprocessing

PARTS = 4
SIZE = 100_000

def is_prime(number):
    if number < 2:
        return False
    divisor = 2
    while divisor * divisor <= number:
        if number % divisor == 0:
            return False
        divisor += 1
    return True

# CHANGE this to your own work: part n of PARTS.
def work(n, results):
    found = sum(is_prime(number) for number in range(n * SIZE, (n + 1) * SIZE))
    print("Part {0}: {1} primes from {2} on.".format(n, found, n * SIZE))
    results.put(found)

if __name__ == "__main__":
    results = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=work, args=(n, results)) for n in range(PARTS)]
    for one in processes:
        one.start()
    # First all results, then join: a process ends only when what it has put into the queue is on its way.
    total = sum(results.get() for _ in processes)
    for one in processes:
        one.join()
    print("{0} primes below {1}.".format(total, PARTS * SIZE))
