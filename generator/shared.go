package main

import (
	"context"
	"sync"
)

// share calls work with each name of the listing, several at a time and in no
// order; worker tells the goroutine, from 0 to workers()-1. It stops at the
// first error. Few names are in memory.
func (l *listing) share(ctx context.Context, work func(worker int, name string) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	names := make(chan []string, workers())
	var wait sync.WaitGroup
	for worker := range workers() {
		wait.Go(func() {
			for some := range names {
				for _, name := range some {
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
	var some []string
	send := func() bool {
		select {
		case <-ctx.Done():
			return false
		case names <- some:
			some = nil
			return true
		}
	}
	for name, err := range l.all() {
		if err != nil {
			stop(err)
			break
		}
		if some = append(some, name); len(some) == scoreBatch && !send() {
			break
		}
	}
	if len(some) > 0 {
		send()
	}
	close(names)
	wait.Wait()
	return context.Cause(ctx)
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
