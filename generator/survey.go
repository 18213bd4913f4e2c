package main

import (
	"context"
	"sync"
)

// survey calls work with the name of each file of a folder that ends in suffix,
// without it, several at a time and in no order; worker tells the goroutine,
// from 0 to workers()-1. The folder's list is never held whole. After an error
// nothing more is begun, and the first that came is returned.
func survey(ctx context.Context, dir, suffix string, work func(worker int, name string) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	batches := make(chan []string, 2*workers())
	var wait sync.WaitGroup
	for n := range workers() {
		wait.Go(func() {
			for batch := range batches {
				for _, name := range batch {
					if ctx.Err() != nil {
						break
					}
					if err := work(n, name); err != nil {
						stop(err)
					}
				}
			}
		})
	}
	const size = 64
	batch := make([]string, 0, size)
	send := func() error {
		select {
		case batches <- batch:
			batch = make([]string, 0, size)
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	err := eachName(dir, suffix, func(name string) error {
		if batch = append(batch, name); len(batch) < size {
			return nil
		}
		return send()
	})
	if err == nil && len(batch) > 0 {
		err = send()
	}
	close(batches)
	wait.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}
