package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hostbill.example/hostbill"
)

func plain(t testing.TB, text []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// Takes out what says nothing: members that are null, and whether an id was sent as a number or a text.
func without(value any) any {
	switch kind := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, inner := range kind {
			if inner != nil {
				out[name] = without(inner)
			}
		}
		return out
	case []any:
		out := make([]any, len(kind))
		for index, inner := range kind {
			out[index] = without(inner)
		}
		return out
	case json.Number:
		return string(kind)
	default:
		return value
	}
}

func TestEveryExampleBecomesItsTypeAndBack(t *testing.T) {
	tested := 0
	for _, name := range []string{"coloup", "generic", "time4vps", "elsecloud", "internetport"} {
		catalog, err := hostbill.Catalog(name)
		if err != nil {
			t.Fatal(err)
		}
		examples := map[string][]byte{}
		for _, row := range catalog["operations"].([]any) {
			operation := row.(map[string]any)
			if result, ok := operation["result"].(map[string]any); ok {
				examples[operation["id"].(string)], _ = json.Marshal(result["raw"].(map[string]any)["example"])
			}
		}
		var body atomic.Value
		p := servePortal(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body.Load().([]byte)) })
		client, err := hostbill.New(hostbill.Config{
			Portal: name, BaseURL: p.URL + "/api", Auth: "basic", Username: "u@example.com", Password: "s3cret-pass",
		})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		text, err := os.ReadFile("../../wire/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Cases []struct {
				Operation string
				Params    hostbill.Params
			}
		}
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatal(err)
		}
		for _, one := range file.Cases {
			example := examples[one.Operation]
			if example == nil || strings.HasPrefix(one.Operation, "auth.") {
				continue
			}
			body.Store(example)
			answer, err := client.Call(background, one.Operation, one.Params)
			if err != nil {
				t.Errorf("%s: %v", one.Operation, err)
				continue
			}
			if _, bad := answer.Meta.Values["unshaped"]; bad {
				t.Errorf("%s: %v", one.Operation, answer.Meta.Values)
			}
			place := placeFor(one.Operation)
			if err := answer.Decode(place); err != nil {
				t.Errorf("%s: %v", one.Operation, err)
				continue
			}
			back, err := json.Marshal(place)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := without(plain(t, back)), without(answer.Data); !reflect.DeepEqual(got, want) {
				t.Errorf("%s\n got %v\nwant %v", one.Operation, got, want)
			}
			if shown := fmt.Sprintf("%v %+v %#v", place, place, place); strings.Contains(shown, "misfit") {
				t.Error(shown)
			}
			tested++
		}
	}
	t.Logf("%d examples", tested)
	if tested < 400 {
		t.Errorf("only %d", tested)
	}
}

const odd = `{"id":"9","status":"Paid up","date":"2026-02-02","duedate":"soon","total":"36.30","subtotal":["x"],
	"number":"2026/9","currency":"EUR","items":[{"id":1,"amount":"1.50","description":"a"},"a line alone"],
	"colour":"blue","datepaid":"2026-02-03 11:20:31","credit":12.5}`

func TestWhatDoesNotFitIsKept(t *testing.T) {
	p := servePortal(t, says(odd))
	var answer hostbill.Answer
	invoice, err := p.client(t).Invoices.Get(background, 9, hostbill.WithAnswer(&answer))
	if err != nil {
		t.Fatal(err)
	}
	if invoice.ID != 9 || invoice.Status != "Paid up" || invoice.Total != "36.30" || *invoice.Credit != "12.5" {
		t.Errorf("%v", invoice)
	}
	if invoice.Duedate != nil || invoice.Extra["duedate"] != "soon" || invoice.Extra["colour"] != "blue" || invoice.Subtotal != nil {
		t.Errorf("%v", invoice)
	}
	if len(invoice.Items) != 2 || invoice.Items[0].Amount != "1.50" || invoice.Items[1].Extra[""] != "a line alone" {
		t.Errorf("%v", invoice.Items)
	}
	back, err := json.Marshal(invoice)
	if err != nil {
		t.Fatal(err)
	}
	var again hostbill.Invoice
	if err := json.Unmarshal(back, &again); err != nil || !reflect.DeepEqual(again, invoice) {
		t.Errorf("%v, %v", again, err)
	}
	got := plain(t, back).(map[string]any)
	for name, value := range answer.Data.(map[string]any) {
		inner, there := got[name]
		if name != "items" && (!there || !reflect.DeepEqual(without(inner), without(value))) {
			t.Errorf("%s: got %v, want %v", name, inner, value)
		}
	}
	if invoice.Total.Cmp("36.3") != 0 || invoice.Total.Rat().FloatString(2) != "36.30" {
		t.Error(invoice.Total)
	}
	if at, err := invoice.Datepaid.Time(time.UTC); err != nil || at.Format(time.RFC3339) != "2026-02-03T11:20:31Z" {
		t.Error(at, err)
	}
	if day, err := invoice.Date.Time(time.UTC); err != nil || day.Day() != 2 {
		t.Error(day, err)
	}
}

func TestAnAnswerOfAnotherFormIsNoListInSilence(t *testing.T) {
	p := servePortal(t, says(`"come back later"`))
	client := p.client(t)
	if list, err := client.Invoices.List(background, hostbill.WithRaw()); err == nil {
		t.Errorf("%v without an error", list)
	}
	var answer hostbill.Answer
	list, err := client.Invoices.List(background, hostbill.WithRaw(), hostbill.WithAnswer(&answer))
	if err != nil || list != nil || answer.Data != "come back later" {
		t.Errorf("%v, %v, %v", list, err, answer.Data)
	}
	if _, err := client.Servers.Reboot(background, 1, hostbill.WithDryRun()); err != nil {
		t.Error(err)
	}
}

// What the rules of each kind let through, and what they do not.
func TestTextsOfAForm(t *testing.T) {
	type forms struct {
		Decimals  []string
		Dates     []string
		DateTimes []string
	}
	good := forms{
		[]string{"0", "-1", "36.30", "-0.5", ""}, []string{"2026-11-23", ""},
		[]string{"2026-11-23T18:30:00", "2026-11-23T18:30:00.5", "2026-11-23T18:30:00Z", "2026-11-23T18:30:00.25+02:00", "2026-11-23T18:30:00-0200", ""},
	}
	bad := forms{
		[]string{".5", "1.", "1e3", "+1", "--1", "1,5", "1.2.3", "-", " 1"}, []string{"2026-11-2", "2026-11-231", "2026/11/23", "today"},
		[]string{"2026-11-23", "2026-11-23T18:30", "2026-11-23T18:30:00.", "2026-11-23T18:30:00+2", "2026-11-23T18:30:00+02:0", "2026-11-23T18:30:00z", "2026-11-23 18:30:00"},
	}
	check := func(field, text string, fits bool) {
		var invoice hostbill.Invoice
		quoted, _ := json.Marshal(text)
		if err := json.Unmarshal([]byte(fmt.Sprintf(`{%q:%s}`, field, quoted)), &invoice); err != nil {
			t.Fatal(err)
		}
		if (len(invoice.Extra) == 0) != fits {
			t.Errorf("%s %q: %v", field, text, invoice)
		}
	}
	for _, one := range []struct {
		forms
		fits bool
	}{{good, true}, {bad, false}} {
		for _, text := range one.Decimals {
			check("credit", text, one.fits)
		}
		for _, text := range one.Dates {
			check("duedate", text, one.fits)
		}
		for _, text := range one.DateTimes {
			check("datepaid", text, one.fits)
		}
	}
	for text, fits := range map[string]bool{"0": true, "-7": true, `"9223372036854775807"`: true, "-0": false, "1.0": false, `"07"`: false, `"+7"`: false, `"9223372036854775808"`: false, `""`: false, "null": false, "true": false} {
		var invoice hostbill.Invoice
		if err := json.Unmarshal([]byte(`{"id":`+text+`}`), &invoice); err != nil || (len(invoice.Extra) == 0) != fits {
			t.Errorf("%s: %v, %v", text, invoice, err)
		}
	}
}

func TestTextsBeyondASCII(t *testing.T) {
	var invoice hostbill.Invoice
	text := []byte(" {\n\t\"number\" : \"caf\u00e9 \\u00e9 \\ud83d\\ude00 \\\"\\\\ \xff\", \"x\\u0041\":[ ], \"currency\":\"EUR\"} ")
	if err := json.Unmarshal(text, &invoice); err != nil || invoice.Number != "caf\u00e9 \u00e9 \U0001f600 \"\\ \ufffd" || invoice.Currency != "EUR" {
		t.Errorf("%q, %v", invoice.Number, err)
	}
	if list, there := invoice.Extra["xA"].([]any); !there || len(list) != 0 {
		t.Error(invoice.Extra)
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	var run hostbill.TaskRun
	text := `{"name":"reset_password","results":"New password: hunter22","pin":"hunter22",
		"credentials":[{"label":null,"username":"root","password":"hunter22","url":"https://hunter22","host":null,"port":null}]}`
	if err := json.Unmarshal([]byte(text), &run); err != nil {
		t.Fatal(err)
	}
	if run.Results.Reveal() != "New password: hunter22" || run.Credentials[0].Password.Reveal() != "hunter22" {
		t.Error("lost")
	}
	for _, form := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		for _, one := range []any{run, &run, []hostbill.TaskRun{run}, run.Credentials, *run.Results, run.Results, run.Extra} {
			if shown := fmt.Sprintf(form, one); strings.Contains(shown, "hunter22") || strings.Contains(shown, "68756e746572") {
				t.Errorf("%s: %s", form, shown)
			}
		}
	}
	if back, err := json.Marshal(run); err != nil || strings.Count(string(back), "hunter22") != 4 {
		t.Errorf("%s, %v", back, err)
	}
}

func BenchmarkInvoices(b *testing.B) {
	one := `{"id":9,"status":"Paid","date":"2026-02-02","duedate":"2026-02-16","paybefore":null,"datepaid":null,"total":"36.30","number":"2026/9","currency":"EUR"}`
	text := []byte("[" + strings.TrimSuffix(strings.Repeat(one+",", 10000), ",") + "]")
	for n := 0; n < b.N; n++ {
		var list []hostbill.Invoice
		if err := json.Unmarshal(text, &list); err != nil || len(list) != 10000 {
			b.Fatal(err)
		}
	}
}
