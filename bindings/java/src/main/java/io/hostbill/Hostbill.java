package io.hostbill;

/** What the library says of itself. */
public final class Hostbill {
    private Hostbill() {}

    /**
     * The version of the native library.
     *
     * @return such as {@code 0.1.0}
     */
    public static String version() {
        NativeLibrary.check();
        return Native.version();
    }

    /**
     * How the native library was built, for bug reports.
     *
     * @return a map
     */
    public static Data buildInfo() {
        NativeLibrary.check();
        return Data.of(Json.read(Native.build_info().getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }

    /**
     * How many clients and texts the library has handed out and not got back.
     *
     * @return 0 when every client is closed
     */
    public static long liveObjects() {
        NativeLibrary.check();
        return Native.live_objects();
    }

    /**
     * Every operation of a portal, with its parameters.
     *
     * @param portal its name; null for all portals
     * @return a map
     * @throws UsageException if no portal has that name
     */
    public static Data catalog(String portal) {
        NativeLibrary.check();
        Data document = Data.of(Json.read(Native.catalog(portal)));
        if (!document.get("error").isNull()) {
            throw Errors.of(document.get("error"));
        }
        return document;
    }
}
