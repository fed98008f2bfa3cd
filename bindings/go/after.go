//go:build go1.21

package hostbill

import "context"

// Runs a function when the context ends; what it returns takes that back.
func after(ctx context.Context, run func()) func() bool { return context.AfterFunc(ctx, run) }
