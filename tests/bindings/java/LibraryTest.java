import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens when the native library is missing or does not fit: each in a process of its own. */
class LibraryTest {
    /** What a program with these settings says when it asks for the version, twice. */
    public static void main(String[] arguments) {
        for (int n = 0; n < 2; n++) {
            try {
                System.out.println("version " + io.hostbill.Hostbill.version());
            } catch (io.hostbill.LibraryException error) {
                System.out.println("error " + error.getMessage());
            }
        }
    }

    private static String said(String library, String... flags) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "LibraryTest"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("HOSTBILL_LIBRARY");
        if (library != null) {
            builder.environment().put("HOSTBILL_LIBRARY", library);
        }
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return said;
    }

    @Test
    void theLibraryInTheJarIsUsedByItself() throws Exception {
        String said = said(null);
        assertTrue(said.matches("(version \\d+\\.\\d+\\.\\d+\\s+){2}"), said);
    }

    @Test
    void anotherLibraryCanBeNamed() throws Exception {
        String said = said(System.getProperty("hostbill.test.library"));
        assertTrue(said.startsWith("version "), said);
    }

    @Test
    void aMissingLibraryIsAnErrorThatNamesIt() throws Exception {
        String said = said("/nowhere/libhostbill.so.1");
        assertTrue(said.matches("(error the hostbill library could not be loaded: .*/nowhere/libhostbill.so.1.*\\s+){2}"), said);
        said = said(null, "-Dhostbill.native=/nowhere");
        assertTrue(said.contains("hostbill.native=/nowhere: ") && said.contains("libhostbill_java.so"), said);
        said = said(null, "-Dhostbill.native=system");
        assertTrue(said.contains("hostbill.native=system: ") && said.contains("java.library.path"), said);
        said = said(null, "-Dos.arch=z80");
        assertTrue(said.contains("the jar has none for native/linux-z80/"), said);
    }

    @Test
    void aLibraryOfAnotherAbiIsAnError() throws Exception {
        String said = said(System.getProperty("hostbill.test.other_abi"));
        assertTrue(said.contains("needs version 1 of the hostbill library's ABI") && said.contains("version 99"), said);
    }
}
