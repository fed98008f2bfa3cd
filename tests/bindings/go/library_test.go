package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hostbill.example/hostbill"
)

// Run again by the tests below, in a process of its own, because a process looks for the library once.
func TestMain(m *testing.M) {
	if os.Getenv("HOSTBILL_TEST_LOAD") != "" {
		_, err := hostbill.New(hostbill.Config{Portal: "time4vps"})
		os.Stdout.WriteString(err.Error())
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func loading(t *testing.T, library string) string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program)
	command.Env = append(os.Environ(), "HOSTBILL_TEST_LOAD=1", "HOSTBILL_LIBRARY="+library)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestMissingLibrary(t *testing.T) {
	if text := loading(t, "/nowhere/libhostbill.so.1"); !strings.Contains(text, "/nowhere/libhostbill.so.1 (cannot open") {
		t.Error(text)
	}
	if _, err := os.Stat("/usr/local/lib/libhostbill.so.1"); err == nil {
		t.Skip("the library is installed on this machine")
	}
	text := loading(t, "")
	for _, place := range []string{"tried libhostbill.so.1 (", "/usr/local/lib/libhostbill.so.1 (", "-linux-gnu/libhostbill.so.1 ("} {
		if !strings.Contains(text, place) {
			t.Errorf("no %q in %s", place, text)
		}
	}
}

func TestLibrariesThatDoNotFit(t *testing.T) {
	compiler, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler to make such libraries with")
	}
	for code, reason := range map[string]string{
		"int hostbill_abi_version(void) { return 2; }": "version 2 of the ABI, but this package needs version 1",
		"int hostbill_abi_version(void) { return 1; }": "hostbill_",
		"int something_else(void) { return 0; }":       "hostbill_abi_version",
	} {
		source := filepath.Join(t.TempDir(), "library.c")
		library := strings.TrimSuffix(source, ".c") + ".so"
		if err := os.WriteFile(source, []byte(code), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(compiler, "-shared", "-fPIC", source, "-o", library).CombinedOutput(); err != nil {
			t.Fatalf("%s", out)
		}
		if text := loading(t, library); !strings.Contains(text, library) || !strings.Contains(text, reason) {
			t.Error(text)
		}
	}
}
