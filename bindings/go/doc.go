// Package hostbill reaches the User API of every web host that runs the HostBill panel.
//
// A [Client] has a method for every operation that a portal documents, in groups:
//
//	client, err := hostbill.New(hostbill.Config{Portal: "time4vps", Username: "user@example.com", Password: password})
//	if err != nil {
//		return err
//	}
//	defer client.Close()
//	servers, err := client.Servers.List(ctx)
//
// # Values
//
// Results have types, such as []Invoice. What does not fit its field is in the struct's Extra, as it was sent, beside what no
// field is known for; the field is zero then. What may be missing, or null, is a pointer. Amounts are a [Decimal], and no
// [Secret] is printed.
//
// [Client.Call] and the option [WithAnswer] give the whole [Answer], with the data as nil, bool, string, json.Number, []any
// and map[string]any: numbers keep their digits. Its Decode method fills types of your own.
//
// Parameters in a path are arguments of a method; all others are fields of a struct, where nil means not given. [String],
// [Int], [Bool] and [Ptr] make pointers to values.
//
// # Errors
//
// A call fails with one of the types named after the classes of errors, such as [*NotFoundError]. All of them are an
// [*Error] too, and compare with the sentinels:
//
//	if errors.Is(err, hostbill.ErrNotFound) { ... }
//
//	var failure *hostbill.Error
//	if errors.As(err, &failure) { log.Print(failure.PortalErrors) }
//
// # Contexts
//
// Every call takes a context.Context. When it ends, that call alone is stopped at once: the error is a [*CancelledError],
// or an [*OutcomeUnknownError] where a request that acts had left already, and wraps the context's own error.
//
// # The library
//
// The package needs no C compiler. It loads libhostbill.so.1 at the first use: the file that the environment variable
// HOSTBILL_LIBRARY names, or else what the system's search, /usr/local/lib and the system's folders of libraries have.
package hostbill
