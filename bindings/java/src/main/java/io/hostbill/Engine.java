package io.hostbill;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Runs calls. A call runs on the thread that makes it, and has a key by which an interrupt stops it. What is not to hold a
 * thread, futures and the calls of virtual threads, is submitted. One thread takes the answers to submissions and hands
 * them out; it starts with the first and ends when the client is closed, or was forgotten.
 */
final class Engine {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final MethodHandle IS_VIRTUAL = isVirtualMethod();
    private static final AtomicLong LAST_KEY = new AtomicLong();

    private final State state;

    Engine(String config) {
        NativeLibrary.check();
        NativeClient core = new NativeClient(config);
        byte[] error = core.error();
        if (error != null) {
            core.delete();
            throw Errors.of(Data.of(Json.read(error)));
        }
        state = new State(core);
        CLEANER.register(this, state::forget);
    }

    /** Waits for the answer. An interrupt cancels this call alone, and is there afterwards for the caller to see. */
    Answer call(String operation, String params, String options) {
        return run(operation, params, options, Engine::answer);
    }

    /** The same for who wants the data alone: nothing is made of what else an answer has. */
    Data data(String operation, String params, String options) {
        return run(operation, params, options, reader -> Data.of(reader.data()));
    }

    private <T> T run(String operation, String params, String options, Function<JsonReader, T> read) {
        if (Thread.currentThread().isInterrupted()) {
            throw Errors.of(ErrorDetails.of("cancelled", -16, "the thread was interrupted before anything was sent"));
        }
        if (operation == null) {
            throw new UsageException(ErrorDetails.usage("the operation is null"));
        }
        try {
            return isVirtual()
                    ? read.apply(new JsonReader(waitFor(state.start(operation, params, options))))
                    : state.call(operation, params, options, read);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private static boolean isVirtual() {
        try {
            return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
        } catch (Throwable never) {
            throw new AssertionError(never);
        }
    }

    /** Thread.isVirtual, where Java has it. */
    private static MethodHandle isVirtualMethod() {
        try {
            return MethodHandles.lookup().findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException older) {
            return null;
        }
    }

    private static byte[] waitFor(Call call) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return call.text.get();
                } catch (InterruptedException stop) {
                    interrupted = true;
                    call.cancel();
                } catch (ExecutionException failure) {
                    throw (RuntimeException) failure.getCause();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The answer when it is there; cancelling what this returns cancels the call. */
    CompletableFuture<Answer> submit(String operation, String params, String options) {
        Call call = start(operation, params, options);
        Pending<Answer> pending = new Pending<>(this, call);
        call.text.whenCompleteAsync((text, failure) -> {
            try {
                if (failure != null) {
                    throw failure;
                }
                pending.complete(answer(new JsonReader(text)));
            } catch (Throwable problem) {
                pending.completeExceptionally(problem);
            }
        });
        return pending;
    }

    boolean isClosed() {
        synchronized (state) {
            return state.closed;
        }
    }

    /** Ends everything that is under way, and gives back what the client holds. */
    void close() {
        state.close();
        state.awaitEnd();
        Reference.reachabilityFence(this);
    }

    private Call start(String operation, String params, String options) {
        if (operation == null) {
            throw new UsageException(ErrorDetails.usage("the operation is null"));
        }
        try {
            return state.start(operation, params, options);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private static Answer answer(JsonReader text) {
        Data document = Data.of(text.read());
        Data error = document.get("error");
        if (!error.isNull()) {
            throw Errors.of(error);
        }
        return Answer.of(document);
    }

    /** One call under way. */
    static final class Call {
        final State state;
        final long id;
        final CompletableFuture<byte[]> text = new CompletableFuture<>();

        Call(State state, long id) {
            this.state = state;
            this.id = id;
        }

        void cancel() {
            synchronized (state) {
                if (state.waiting.containsKey(id)) {
                    state.core.cancel(id);
                }
            }
        }
    }

    /** A future whose cancelling reaches the library. It keeps the client. */
    static final class Pending<T> extends CompletableFuture<T> {
        private final Engine engine;
        private final Call call;

        Pending(Engine engine, Call call) {
            this.engine = engine;
            this.call = call;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean underWay = !isDone();
            call.cancel();
            return underWay;
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>();
        }
    }

    /** All that outlives the engine: nothing in here may know of it. */
    static final class State {
        /** A larger array is not kept. */
        private static final int MOST_SPARE = 256 * 1024;

        final NativeClient core;
        final Map<Long, Call> waiting = new HashMap<>(); // Guarded by this, like all below.
        private final AtomicReference<byte[][]> spare = new AtomicReference<>(); // Where the last answer's text was.
        private int calls; // On the threads that make them.
        private Thread taker;
        private boolean closed;
        private boolean forgotten;
        private boolean released;

        State(NativeClient core) {
            this.core = core;
        }

        /** What is made of the text must not keep it: the room serves the next call. */
        <T> T call(String operation, String params, String options, Function<JsonReader, T> read) {
            byte[][] room = spare.getAndSet(null);
            if (room == null) {
                room = new byte[1][];
            }
            int size = call(operation, params, options, room);
            T made = read.apply(new JsonReader(room[0], size));
            if (room[0].length <= MOST_SPARE) {
                Arrays.fill(room[0], 0, size, (byte) 0); // An answer may hold a password.
                spare.lazySet(room);
            }
            return made;
        }

        private int call(String operation, String params, String options, byte[][] room) {
            long key = LAST_KEY.incrementAndGet();
            String all = (options == null ? "{" : options.substring(0, options.length() - 1) + ",") + "\"cancel_key\":" + key + "}";
            synchronized (this) {
                refuseIfClosed();
                calls++;
            }
            Interruption interruption = new Interruption(() -> core.cancel(-key));
            interruption.watch();
            try {
                return core.call_into(operation, params, all, room);
            } finally {
                interruption.unwatch();
                synchronized (this) {
                    calls--;
                    if (closed) {
                        settle();
                    }
                }
            }
        }

        private void refuseIfClosed() {
            if (closed) {
                throw new UsageException(ErrorDetails.usage("the client is closed"));
            }
        }

        synchronized Call start(String operation, String params, String options) {
            refuseIfClosed();
            NativeSubmission submission = new NativeSubmission(core, operation, params, options);
            try {
                byte[] error = submission.error();
                if (error != null) {
                    throw Errors.of(Data.of(Json.read(error)));
                }
                Call call = new Call(this, submission.id());
                waiting.put(call.id, call);
                if (taker == null) {
                    taker = new Thread(this::takeAnswers, "hostbill-answers");
                    taker.setDaemon(true);
                    taker.start();
                }
                return call;
            } finally {
                submission.delete();
            }
        }

        private void takeAnswers() {
            byte[] text;
            while ((text = core.next(-1)) != null) {
                Call call;
                synchronized (this) {
                    call = waiting.remove(number(text));
                }
                if (call != null) {
                    call.text.complete(text);
                }
            }
            List<Call> left;
            synchronized (this) {
                left = new ArrayList<>(waiting.values());
                waiting.clear();
                taker = null;
                settle();
            }
            for (Call call : left) {
                call.text.completeExceptionally(
                        Errors.of(ErrorDetails.of("internal", -18, "no answer came; the operation may have taken effect")));
            }
        }

        synchronized void close() {
            closed = true;
            if (!released) {
                core.close();
            }
            settle();
        }

        synchronized void forget() {
            forgotten = true;
            close();
        }

        /** Gives back what is not used any more. */
        private void settle() {
            if (closed && taker == null && calls == 0 && !released) {
                released = true;
                core.release();
            }
            if (forgotten && released) {
                core.delete();
            }
            notifyAll();
        }

        void awaitEnd() {
            boolean interrupted = false;
            synchronized (this) {
                while (!released && Thread.currentThread() != taker) {
                    try {
                        wait();
                    } catch (InterruptedException later) {
                        interrupted = true;
                    }
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        /** An envelope of a submission begins with its number: {@code {"id":17,}. */
        private static long number(byte[] envelope) {
            long number = 0;
            for (int n = "{\"id\":".length(); n < envelope.length && envelope[n] >= '0' && envelope[n] <= '9'; n++) {
                number = number * 10 + envelope[n] - '0';
            }
            return number;
        }
    }
}
