package main

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// workers is how many goroutines share a piece of work.
func workers() int { return runtime.GOMAXPROCS(0) }

// share calls work for each of n items, several at a time; worker tells the
// goroutine, from 0 to workers()-1.
func share(n int, work func(worker, item int)) {
	const chunk = 8 // items taken at a time
	var next atomic.Int64
	var wait sync.WaitGroup
	for w := range min(workers(), n) {
		wait.Go(func() {
			for {
				from := int(next.Add(chunk)) - chunk
				if from >= n {
					return
				}
				for i := from; i < min(from+chunk, n); i++ {
					work(w, i)
				}
			}
		})
	}
	wait.Wait()
}

// firstError calls work for each of n items, several at a time, until one fails,
// and returns the error of the first that did, in their order.
func firstError(n int, work func(item int) error) error {
	var lock sync.Mutex
	var first error
	at := n
	share(n, func(_, i int) {
		lock.Lock()
		stop := i > at
		lock.Unlock()
		if stop {
			return
		}
		if err := work(i); err != nil {
			lock.Lock()
			if i < at {
				at, first = i, err
			}
			lock.Unlock()
		}
	})
	return first
}

// survey calls work with the name of each file of a folder that ends in suffix,
// without it, as shareNames does.
func survey(ctx context.Context, dir, suffix string, work func(worker int, name string) error) error {
	return shareNames(ctx, func(use func(string) error) error { return eachName(dir, suffix, use) }, work)
}

// share calls work with each name of the listing, as shareNames does.
func (l *listing) share(ctx context.Context, work func(worker int, name string) error) error {
	return shareNames(ctx, func(use func(string) error) error {
		for name, err := range l.all() {
			if err == nil {
				err = use(name)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}, work)
}

// shareNames calls work with each name that walk gives, several at a time and in
// no order; worker tells the goroutine, from 0 to workers()-1. Few names are in
// memory. After an error nothing more is begun, and the first that came is
// returned.
func shareNames(ctx context.Context, walk func(use func(name string) error) error, work func(worker int, name string) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	batches := make(chan []string, workers())
	var wait sync.WaitGroup
	for worker := range workers() {
		wait.Go(func() {
			for batch := range batches {
				for _, name := range batch {
					if ctx.Err() != nil {
						break
					}
					if err := work(worker, name); err != nil {
						stop(err)
					}
				}
			}
		})
	}
	const size = 64
	var batch []string
	send := func() error {
		select {
		case batches <- batch:
			batch = nil
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	err := walk(func(name string) error {
		if batch = append(batch, name); len(batch) < size {
			return nil
		}
		return send()
	})
	if err == nil && len(batch) > 0 {
		err = send()
	}
	if err != nil {
		stop(err)
	}
	close(batches)
	wait.Wait()
	return context.Cause(ctx)
}
