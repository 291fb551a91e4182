# Each job only computes. It never waits, so it never lets another go first.
def job(n, api):
    seconds = api.random()
    api.compute(seconds)
    api.log(f"Job {n} computed what takes {seconds} seconds alone")
