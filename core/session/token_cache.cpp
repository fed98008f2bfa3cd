#include "core/session/token_cache.hpp"

#include "core/base/digest.hpp"
#include "core/json/json.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace hostbill {
namespace {

constexpr std::size_t max_file_bytes = 1 << 20;
constexpr std::size_t max_sessions = 64;
constexpr std::int64_t format = 1;
constexpr mode_t private_mode = 0600;
// Whoever has not finished renewing a token by then is not waited for.
constexpr std::chrono::seconds longest_lock{20};
constexpr std::chrono::milliseconds lock_interval{10};

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0)
            close(number_);
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;

    int get() const noexcept { return number_; }
    int release() noexcept { return std::exchange(number_, -1); }
    bool good() const noexcept { return number_ >= 0; }

private:
    int number_;
};

Error refused(const std::string &path, const std::string &problem) {
    return Error{.error_class = ErrorClass::usage, .message = "token_cache: " + path + " " + problem};
}

std::string reason(int error) {
    switch (error) {
    case ELOOP:
        return "is a symbolic link, which is not followed";
    case EACCES:
    case EPERM:
    case EROFS:
        return "may not be opened";
    case ENOENT:
    case ENOTDIR:
        return "is in a folder that does not exist";
    default:
        return "cannot be opened (error " + std::to_string(error) + ")";
    }
}

// Why an open file must not be used; empty where it may.
std::string objection(int descriptor) {
    struct stat status {};
    if (fstat(descriptor, &status) != 0)
        return reason(errno);
    if (!S_ISREG(status.st_mode))
        return "is not an ordinary file";
    if (status.st_uid != geteuid())
        return "belongs to another user";
    if ((status.st_mode & 077) != 0)
        return "is open to other users; it has to be readable by its owner alone (chmod 600)";
    return {};
}

std::string folder_of(const std::string &path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

// Where anybody may replace files, a private file is none.
std::string objection_to_folder(const std::string &path) {
    struct stat status {};
    if (stat(folder_of(path).c_str(), &status) != 0)
        return reason(errno);
    if ((status.st_mode & S_IWOTH) != 0 && (status.st_mode & S_ISVTX) == 0)
        return "is in a folder that everybody may change";
    return {};
}

bool write_all(int descriptor, std::string_view data) {
    while (!data.empty()) {
        const ssize_t count = write(descriptor, data.data(), data.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        data.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

// Nothing where reading fails or there is too much.
std::optional<std::string> read_all(int descriptor) {
    std::string text;
    text.resize(max_file_bytes + 1); // At once: growing would leave copies behind.
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t count = read(descriptor, text.data() + size, text.size() - size);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 || size + static_cast<std::size_t>(count) > max_file_bytes) {
            wipe(text);
            return std::nullopt;
        }
        if (count == 0)
            break;
        size += static_cast<std::size_t>(count);
    }
    text.resize(size);
    return text;
}

// The sessions in the file by key; none where it is missing or damaged.
Result<json::Object> read_sessions(const std::string &path) {
    // Not blocking: it could be a pipe.
    const Descriptor file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file.good() && errno == ENOENT)
        return json::Object();
    if (!file.good())
        return refused(path, reason(errno));
    if (const std::string problem = objection(file.get()); !problem.empty())
        return refused(path, problem);
    std::optional<std::string> text = read_all(file.get());
    if (!text)
        return json::Object();
    Result<json::Value, json::ParseError> parsed = json::parse(*text, {.max_bytes = max_file_bytes, .max_depth = 4});
    wipe(*text);
    if (!parsed)
        return json::Object();
    const json::Value *version = parsed->find("version");
    json::Object *sessions = nullptr;
    if (version != nullptr && version->integer() != nullptr && *version->integer() == format) {
        json::Value *found = parsed->object()->find("sessions");
        sessions = found != nullptr ? found->object() : nullptr;
    }
    return sessions != nullptr ? std::move(*sessions) : json::Object();
}

// Under a name of its own first, so that nobody ever reads half a file and a crash leaves the old one.
bool replace_file(const std::string &path, std::string_view text) {
    const std::string fresh = path + ".new";
    unlink(fresh.c_str()); // Left behind by a crash; the lock keeps others from being at it now.
    const Descriptor file(open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, private_mode));
    if (!file.good())
        return false;
    if (!write_all(file.get(), text) || fsync(file.get()) != 0 || rename(fresh.c_str(), path.c_str()) != 0) {
        unlink(fresh.c_str());
        return false;
    }
    const Descriptor folder(open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return folder.good() && fsync(folder.get()) == 0;
}

// What may stand in a header as it is.
bool is_token(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

std::optional<Tokens> read_tokens(const json::Value &session) {
    const auto text = [&](std::string_view key) {
        const json::Value *value = session.find(key);
        const json::Text *found = value != nullptr ? value->string() : nullptr;
        return Secret(found != nullptr && is_token(*found) ? found->view() : std::string_view());
    };
    Tokens tokens{.access = text("access"), .refresh = text("refresh")};
    const json::Value *renew_at = session.find("renew_at");
    if (renew_at != nullptr && renew_at->integer() != nullptr)
        tokens.renew_at = std::chrono::system_clock::time_point(std::chrono::seconds(*renew_at->integer()));
    if (tokens.access.empty() && tokens.refresh.empty())
        return std::nullopt;
    return tokens;
}

json::Value write_tokens(const Tokens &tokens) {
    json::Object session; // Member by member: a list in braces would be copied.
    session.append("access", tokens.access.view());
    session.append("refresh", tokens.refresh.view());
    if (tokens.renew_at) {
        const auto since = std::chrono::floor<std::chrono::seconds>(tokens.renew_at->time_since_epoch());
        session.append("renew_at", std::int64_t{since.count()});
    }
    return session;
}

} // namespace

TokenCache::TokenCache(std::string path, std::string_view origin, std::string_view username)
    : path_(std::move(path)), key_(sha256_hex(std::string(origin) + "\n" + std::string(username))) {}

TokenCache::Lock::Lock(Lock &&other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

TokenCache::Lock::~Lock() {
    if (descriptor_ < 0)
        return;
    // Said explicitly: a child process that was forked meanwhile has the descriptor too, and would go on holding it.
    flock(descriptor_, LOCK_UN);
    close(descriptor_);
}

Result<TokenCache::Lock> TokenCache::lock(CallControl &control, Clock::time_point deadline) const {
    const std::string name = path_ + ".lock";
    if (const std::string problem = objection_to_folder(path_); !problem.empty())
        return refused(path_, problem);
    // A file of its own: the other one is replaced again and again.
    Descriptor file(open(name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, private_mode));
    if (!file.good())
        return refused(name, reason(errno));
    if (const std::string problem = objection(file.get()); !problem.empty())
        return refused(name, problem);
    const Clock::time_point patience = Clock::now() + longest_lock;
    while (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return Lock();
        if (control.should_stop())
            return Error{.error_class = ErrorClass::cancelled, .message = "the call was cancelled"};
        const Clock::time_point now = Clock::now();
        if (now >= deadline)
            return Error{.error_class = ErrorClass::timeout,
                         .message = "the deadline passed while another process was logging in"};
        if (now >= patience)
            return Lock();
        std::this_thread::sleep_for(lock_interval);
    }
    return Lock(file.release());
}

Result<std::optional<Tokens>> TokenCache::load() const {
    Result<json::Object> sessions = read_sessions(path_);
    if (!sessions)
        return std::move(sessions.error());
    std::optional<Tokens> tokens;
    if (const json::Value *session = sessions->find(key_))
        tokens = read_tokens(*session);
    json::Value all(std::move(*sessions));
    json::wipe(all);
    return tokens;
}

void TokenCache::save(const Tokens &tokens) const {
    Result<json::Object> sessions = read_sessions(path_);
    if (!sessions)
        return;
    sessions->erase(key_);
    // The oldest go first: each that is saved moves to the end.
    while (sessions->size() >= max_sessions)
        sessions->erase(std::string(sessions->begin()->key));
    if (!tokens.access.empty() || !tokens.refresh.empty())
        sessions->append(key_, write_tokens(tokens));
    json::Object members;
    members.append("version", format);
    members.append("sessions", std::move(*sessions));
    json::Value document(std::move(members));
    std::string text = json::write_utf8(document) + "\n";
    json::wipe(document);
    static_cast<void>(replace_file(path_, text));
    wipe(text);
}

} // namespace hostbill
