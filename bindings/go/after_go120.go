//go:build !go1.21

package hostbill

import "context"

// Runs a function when the context ends; what it returns takes that back.
func after(ctx context.Context, run func()) func() bool {
	stopped := make(chan struct{})
	go func() {
		select {
		case <-ctx.Done():
			run()
		case <-stopped:
		}
	}()
	return func() bool { close(stopped); return true }
}
