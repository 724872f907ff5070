package dev.shoal.peer;

import dev.shoal.transport.SecretFile;
import dev.shoal.transport.Watchdog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Makes this process the one that runs the peer of a home: holds the lock, and answers other processes of the same home
 * on a Unix socket that only this user can reach: others have no right to it, and are not answered if they get there.
 * One virtual thread a connection. Thread-safe.
 */
final class ControlServer implements AutoCloseable {

    /** How many commands may be attached at a time. */
    private static final int MAX_CLIENTS = 256;

    /** How often who waits for an answer hears that this process lives. */
    static final long SIGN_MILLIS = 3_000;

    /** Who has every right on a machine anyway. */
    private static final String ADMINISTRATOR = "root";

    private static final ControlMessages.Alive ALIVE =
            new ControlMessages.Alive(ProcessHandle.current().pid());

    private final Home home;
    private final PeerService peer;
    private final Consumer<ControlMessages.Attached> check;
    private final HomeLock lock;
    private final Semaphore free = new Semaphore(MAX_CLIENTS);
    private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();
    private @Nullable ServerSocketChannel listener;
    private volatile @Nullable UserPrincipal user;
    private volatile boolean closed;

    private ControlServer(Home home, PeerService peer, Consumer<ControlMessages.Attached> check, HomeLock lock) {
        this.home = home;
        this.peer = peer;
        this.check = check;
        this.lock = lock;
    }

    /**
     * Takes the home's lock; empty when another process has it.
     *
     * @param check throws a {@link PeerException} when this peer is not the one that an attached command wants
     * @throws PeerException when the home cannot be written
     */
    static Optional<ControlServer> claim(Home home, PeerService peer, Consumer<ControlMessages.Attached> check) {
        try {
            Optional<HomeLock> lock = HomeLock.tryTake(home);
            if (lock.isEmpty()) {
                return Optional.empty();
            }
            forgetLast(home, lock.get());
            nameProcess(home);
            return Optional.of(new ControlServer(home, peer, check, lock.get()));
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.DISK,
                    "The home " + home.folder() + " cannot be written (" + PeerException.reason(e)
                            + "). Check who owns it, and the disk, or name another folder in " + Home.VARIABLE + ".",
                    e);
        }
    }

    /** What is said of whoever ran the peer before holds no more. */
    private static void forgetLast(Home home, HomeLock lock) throws IOException {
        try {
            OldPage.remove(home);
        } catch (IOException e) {
            try (lock) {
                throw e;
            }
        }
    }

    /** Beside the lock: a process that opened and closed the file of its own lock would lose that on some systems. */
    private static void nameProcess(Home home) {
        try {
            Files.writeString(home.processFile(), ALIVE.process() + "\n");
        } catch (IOException e) {
            // It only makes a message better; what has to be written later says what is wrong with the disk.
            return;
        }
    }

    /** Begins to answer. */
    void start() {
        Path socket = home.socketFile();
        try {
            Path folder = socket.getParent();
            if (folder != null && !folder.equals(home.folder())) {
                Files.createDirectories(folder);
                if (!home.trustsSocketFolder()) {
                    throw new IOException("the folder " + folder + " belongs to somebody else");
                }
                Home.restrict(folder);
            }
            // Whoever held the lock before is gone; its socket may still lie there.
            Files.deleteIfExists(socket);
            ServerSocketChannel fresh = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            fresh.bind(UnixDomainSocketAddress.of(socket));
            SecretFile.narrow(socket);
            user = Files.getOwner(socket);
            listener = fresh;
            Thread.ofPlatform().daemon().name("control").start(() -> accept(fresh));
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.DISK,
                    "The socket " + socket + " cannot be made (" + PeerException.reason(e)
                            + "). Commands of this home work together" + " through it; name another home in "
                            + Home.VARIABLE + ".",
                    e);
        }
    }

    /** Answers nobody any more. The attached commands look for another process, which waits for the lock. */
    void stop() {
        closed = true;
        ServerSocketChannel open = listener;
        try {
            if (open != null) {
                open.close();
                Files.deleteIfExists(home.socketFile());
            }
        } catch (IOException e) {
            // Nobody answers there any more, which is all that the others have to notice.
            Watchdog.closeQuietly(open);
        } finally {
            clients.forEach(Watchdog::closeQuietly);
        }
    }

    /** Gives the home's lock back. */
    @Override
    public void close() {
        stop();
        try (lock) {
            Files.deleteIfExists(home.processFile());
        } catch (IOException e) {
            // It only makes a message better.
            return;
        }
    }

    private void accept(ServerSocketChannel open) {
        while (!closed) {
            try {
                free.acquire();
                SocketChannel client = open.accept();
                if (isOfThisUser(client)) {
                    clients.add(client);
                    Thread.ofVirtual().name("attached command").start(() -> serve(client));
                } else {
                    free.release();
                    Watchdog.closeQuietly(client);
                }
            } catch (IOException e) {
                free.release();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /**
     * Before its rights were taken, somebody else may have reached the socket, where the process' mask is wide and the
     * home's folder open. Where no system says who it is, the rights have to do.
     */
    private boolean isOfThisUser(SocketChannel client) {
        try {
            UserPrincipal other =
                    client.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
            return other.equals(user) || other.getName().equals(ADMINISTRATOR);
        } catch (UnsupportedOperationException e) {
            return true;
        } catch (IOException e) {
            // It is gone already, or cannot be asked for: nobody to serve.
            return false;
        }
    }

    private void serve(SocketChannel client) {
        Cancellation cancellation = new Cancellation();
        try (client;
                BufferedReader in = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8));
                Writer out = Channels.newWriter(client, StandardCharsets.UTF_8)) {
            String line = ControlMessages.readLine(in);
            if (line != null) {
                send(out, ALIVE, cancellation);
                Thread.ofVirtual().name("end of attached command").start(() -> awaitEnd(in, cancellation));
                Thread.ofPlatform().daemon().name("signs of life").start(() -> giveSigns(out, cancellation));
                answer(line, out, cancellation);
            }
        } catch (IOException e) {
            // The command is gone: there is nobody to tell.
            cancellation.cancel();
        } finally {
            cancellation.cancel();
            clients.remove(client);
            free.release();
        }
    }

    private void answer(String line, Writer out, Cancellation cancellation) {
        ControlMessages.End end = new ControlMessages.End(null, null);
        try {
            ControlMessages.Attached attached = ControlMessages.readRequest(line);
            check.accept(attached);
            peer.run(
                    attached.request(),
                    report -> send(out, new ControlMessages.Piece(report), cancellation),
                    cancellation);
        } catch (PeerException e) {
            end = new ControlMessages.End(e.reason(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            end = new ControlMessages.End(PeerException.Reason.FAILED, "The running peer failed: " + e);
        }
        if (!closed) {
            send(out, end, cancellation);
        }
    }

    /** Until the answer has ended: whoever waits for it cannot tell a long wait from a process that is stopped. */
    private static void giveSigns(Writer out, Cancellation cancellation) {
        while (!cancellation.await(SIGN_MILLIS)) {
            send(out, ALIVE, cancellation);
        }
    }

    private static void send(Writer out, ControlMessages.Reply reply, Cancellation cancellation) {
        try {
            synchronized (out) {
                out.write(ControlMessages.write(reply));
                out.write('\n');
                out.flush();
            }
        } catch (IOException e) {
            cancellation.cancel();
        }
    }

    private static void awaitEnd(BufferedReader in, Cancellation cancellation) {
        try {
            while (ControlMessages.readLine(in) != null) {
                // A command has nothing more to say.
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            // Closed from this side, or broken: both mean the end.
            Thread.onSpinWait();
        }
        cancellation.cancel();
    }
}
