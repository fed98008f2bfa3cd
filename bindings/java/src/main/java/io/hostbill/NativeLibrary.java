package io.hostbill;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Finds and loads the native libraries. */
final class NativeLibrary {
    private static final String JNI = "libhostbill_java.so";
    private static final List<String> BUNDLED = List.of("libhostbill.so.1", "libhostbill_sandbox.so.1", JNI);

    private NativeLibrary() {}

    private static boolean loaded;
    private static final List<String> tried = new ArrayList<>();

    static synchronized void load() {
        if (loaded) {
            return;
        }
        tried.clear();
        if (!(loadedFromProperty() || loadedFromJar())) {
            throw new LibraryException("the hostbill library could not be loaded: " + String.join("; ", tried));
        }
        loaded = true;
    }

    /** Whether the library fits this jar is known once it is loaded. */
    static void check() {
        try {
            String misfit = Native.misfit();
            if (misfit != null) {
                throw new LibraryException(misfit);
            }
        } catch (ExceptionInInitializerError error) {
            if (error.getCause() instanceof LibraryException cause) {
                throw cause;
            }
            throw error;
        } catch (NoClassDefFoundError again) {
            throw new LibraryException("the hostbill library could not be loaded: " + String.join("; ", tried));
        }
    }

    /** True if the property hostbill.native says where it is and it is there; nothing else is tried then. */
    private static boolean loadedFromProperty() {
        String place = System.getProperty("hostbill.native");
        if (place == null || place.isEmpty()) {
            return false;
        }
        try {
            if (place.equals("system")) {
                System.loadLibrary("hostbill_java");
            } else {
                System.load(Path.of(place, JNI).toAbsolutePath().toString());
            }
            return true;
        } catch (UnsatisfiedLinkError error) {
            throw new LibraryException(
                    "the hostbill library could not be loaded: hostbill.native=" + place + ": " + error.getMessage());
        }
    }

    private static boolean loadedFromJar() {
        String machine = System.getProperty("os.arch").replace("amd64", "x86_64");
        String folder = "native/" + System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT) + "-" + machine + "/";
        if (NativeLibrary.class.getResource(folder + JNI) == null) {
            tried.add("the jar has none for " + folder);
            return false;
        }
        String given = System.getenv("HOSTBILL_LIBRARY");
        try {
            if (given != null && !given.isEmpty()) {
                // What is loaded already is not looked for again, because names of libraries are unique in a process.
                System.load(Path.of(given).toAbsolutePath().toString());
            }
            Path unpacked = unpacked(folder, given != null && !given.isEmpty());
            System.load(unpacked.resolve(JNI).toString());
            return true;
        } catch (UnsatisfiedLinkError error) {
            tried.add(error.getMessage());
            return false;
        } catch (IOException | UncheckedIOException error) {
            tried.add("it could not be unpacked: " + error);
            return false;
        }
    }

    /** A folder that only this user can read, with the libraries; it goes when the program ends. */
    private static Path unpacked(String from, boolean libraryIsThere) throws IOException {
        Path folder = Files.createTempDirectory(
                "hostbill-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
        for (String name : BUNDLED) {
            if (libraryIsThere && name.equals("libhostbill.so.1")) {
                continue;
            }
            try (InputStream library = NativeLibrary.class.getResourceAsStream(from + name)) {
                if (library != null) {
                    Files.copy(library, folder.resolve(name));
                }
            }
        }
        return folder;
    }

    private static void remove(Path folder) {
        for (String name : BUNDLED) {
            folder.resolve(name).toFile().delete();
        }
        folder.toFile().delete();
    }
}
