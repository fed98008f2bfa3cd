// The file that sessions are kept in: who may read it, what becomes of a damaged one, and several processes at it.
#include "core/session/token_cache.hpp"

#include "process.hpp"
#include "support.hpp"

#include <chrono>
#include <fstream>
#include <sstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>

namespace hostbill::test {
namespace {

using testing::HasSubstr;
using testing::Not;

const auto some_time = std::chrono::system_clock::time_point(std::chrono::seconds(4'000'000'000));

Tokens tokens(const std::string &name) {
    return {.access = Secret("access-" + name), .refresh = Secret("refresh-" + name), .renew_at = some_time};
}

std::string text_of(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void write_file(const std::string &path, const std::string &text, mode_t mode = 0600) {
    std::ofstream(path, std::ios::binary) << text;
    chmod(path.c_str(), mode);
}

mode_t mode_of(const std::string &path) {
    struct stat status {};
    return lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

class TokenFile : public testing::Test {
protected:
    TokenCache cache(const std::string &user = "user") const { return {path_, "https://portal.example", user}; }

    static TokenCache::Lock locked(const TokenCache &cache) {
        CallControl control;
        auto lock = cache.lock(control, Clock::now() + std::chrono::seconds(20));
        EXPECT_TRUE(lock && lock->held());
        return std::move(*lock);
    }

    static void put(const TokenCache &cache, const Tokens &kept) {
        const auto lock = locked(cache);
        cache.save(kept);
    }

    static std::string access(const TokenCache &cache) {
        const auto found = cache.load();
        return found && *found ? std::string((*found)->access.view()) : "";
    }

    static std::string problem(const TokenCache &cache) {
        const auto found = cache.load();
        EXPECT_FALSE(found);
        return found ? "" : found.error().message;
    }

    Folder folder_;
    std::string path_ = folder_ / "tokens";
};

TEST_F(TokenFile, KeepsASessionForTheNext) {
    EXPECT_EQ(access(cache()), "");
    put(cache(), tokens("1"));
    const auto found = cache().load();
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->access.view(), "access-1");
    EXPECT_EQ((*found)->refresh.view(), "refresh-1");
    EXPECT_EQ((*found)->renew_at, some_time);
    put(cache(), Tokens());
    EXPECT_EQ(access(cache()), "");
}

TEST_F(TokenFile, IsForItsOwnerAloneWhateverTheUmask) {
    const mode_t before = umask(0);
    put(cache(), tokens("1"));
    umask(before);
    EXPECT_EQ(mode_of(path_), 0600U);
    EXPECT_EQ(mode_of(path_ + ".lock"), 0600U);
    EXPECT_EQ(mode_of(path_ + ".new"), 0U); // gone
}

TEST_F(TokenFile, NamesNoUserAndHoldsNothingOfOthers) {
    put(cache("alice@example.com"), tokens("alice"));
    put(cache("bob@example.com"), tokens("bob"));
    EXPECT_THAT(text_of(path_), Not(HasSubstr("alice@")));
    EXPECT_EQ(access(cache("alice@example.com")), "access-alice");
    EXPECT_EQ(access(cache("bob@example.com")), "access-bob");
    EXPECT_EQ(access(cache("carol@example.com")), "");
    EXPECT_EQ(access(TokenCache(path_, "https://alias.example", "alice@example.com")), "");
    put(cache("alice@example.com"), Tokens());
    EXPECT_EQ(access(cache("bob@example.com")), "access-bob");
}

TEST_F(TokenFile, KeepsTheNewestOfVeryMany) {
    for (int i = 0; i < 100; ++i)
        put(cache("user" + std::to_string(i)), tokens(std::to_string(i)));
    EXPECT_EQ(access(cache("user0")), "");
    EXPECT_EQ(access(cache("user99")), "access-99");
    EXPECT_EQ(access(cache("user60")), "access-60");
}

TEST_F(TokenFile, ThatOthersMayReadIsRefused) {
    for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0666U}) {
        put(cache(), tokens("1"));
        chmod(path_.c_str(), mode);
        EXPECT_THAT(problem(cache()), HasSubstr("chmod 600")) << mode;
        const auto lock = locked(cache());
        cache().save(tokens("2"));
        EXPECT_EQ(mode_of(path_), mode); // neither used nor replaced
        unlink(path_.c_str());
    }
}

TEST_F(TokenFile, ThatIsALinkIsRefused) {
    const std::string victim = folder_ / "victim";
    write_file(victim, "precious");
    ASSERT_EQ(symlink(victim.c_str(), path_.c_str()), 0);
    EXPECT_THAT(problem(cache()), HasSubstr("symbolic link"));
    put(cache(), tokens("1"));
    EXPECT_EQ(text_of(victim), "precious");
    EXPECT_TRUE(std::filesystem::is_symlink(path_));
}

TEST_F(TokenFile, WhoseLockIsALinkIsRefused) {
    const std::string victim = folder_ / "victim";
    ASSERT_EQ(symlink(victim.c_str(), (path_ + ".lock").c_str()), 0);
    CallControl control;
    const auto lock = cache().lock(control, Clock::now() + std::chrono::seconds(20));
    ASSERT_FALSE(lock);
    EXPECT_EQ(lock.error().error_class, ErrorClass::usage);
    EXPECT_FALSE(std::filesystem::exists(victim));
}

TEST_F(TokenFile, WhoseNewNameIsTakenByALinkLeavesTheTargetAlone) {
    const std::string victim = folder_ / "victim";
    write_file(victim, "precious");
    ASSERT_EQ(symlink(victim.c_str(), (path_ + ".new").c_str()), 0);
    put(cache(), tokens("1"));
    EXPECT_EQ(text_of(victim), "precious");
    EXPECT_EQ(access(cache()), "access-1");
}

TEST_F(TokenFile, ThatIsNoFileIsRefused) {
    ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0); // and does not make anybody wait
    EXPECT_THAT(problem(cache()), HasSubstr("not an ordinary file"));
    unlink(path_.c_str());
    ASSERT_EQ(mkdir(path_.c_str(), 0700), 0);
    EXPECT_THAT(problem(cache()), HasSubstr("not an ordinary file"));
}

TEST_F(TokenFile, OfAnotherUserIsRefused) {
    if (geteuid() != 0)
        GTEST_SKIP() << "only root can give files away";
    put(cache(), tokens("1"));
    ASSERT_EQ(chown(path_.c_str(), 12345, static_cast<gid_t>(-1)), 0);
    EXPECT_THAT(problem(cache()), HasSubstr("another user"));
}

TEST_F(TokenFile, InAFolderForEverybodyIsRefused) {
    chmod(folder_.path().c_str(), 0777);
    CallControl control;
    const auto lock = cache().lock(control, Clock::now() + std::chrono::seconds(20));
    ASSERT_FALSE(lock);
    EXPECT_THAT(lock.error().message, HasSubstr("everybody"));
    chmod(folder_.path().c_str(), 01777); // as /tmp: there, nobody can replace another's file
    EXPECT_TRUE(locked(cache()).held());
}

TEST_F(TokenFile, WithoutItsFolderIsAnError) {
    const TokenCache nowhere(folder_ / "none/tokens", "https://portal.example", "user");
    CallControl control;
    const auto lock = nowhere.lock(control, Clock::now() + std::chrono::seconds(20));
    ASSERT_FALSE(lock);
    EXPECT_THAT(lock.error().message, HasSubstr("folder that does not exist"));
}

TEST_F(TokenFile, ThatIsDamagedIsIgnoredAndWrittenAnew) {
    put(cache(), tokens("1"));
    const std::string whole = text_of(path_);
    const std::string damaged[] = {"",
                                   "{",
                                   "null",
                                   "[]",
                                   "{}",
                                   whole.substr(0, whole.size() / 2),
                                   std::string("\0\xFF\xFE", 3),
                                   R"({"version":2,"sessions":{}})",
                                   R"({"version":1,"sessions":[]})",
                                   R"({"version":"1","sessions":{}})",
                                   std::string(200'000, '['),
                                   std::string(3'000'000, ' '),
                                   whole + whole};
    for (const std::string &text : damaged) {
        write_file(path_, text);
        EXPECT_EQ(access(cache()), "") << text.substr(0, 50);
        EXPECT_TRUE(cache().load());
        put(cache(), tokens("2"));
        EXPECT_EQ(access(cache()), "access-2") << text.substr(0, 50);
    }
}

TEST_F(TokenFile, WithATokenThatWouldBreakAHeaderIsNotBelieved) {
    put(cache(), tokens("1"));
    std::string text = text_of(path_);
    text.replace(text.find("access-1"), 8, "a\\r\\nX: 1");
    text.replace(text.find("refresh-1"), 9, "a b");
    write_file(path_, text);
    EXPECT_EQ(access(cache()), "");
}

TEST_F(TokenFile, ThatCannotBeWrittenStaysAsItWas) {
    put(cache(), tokens("1"));
    {
        const auto lock = locked(cache());
        ASSERT_EQ(mkdir((path_ + ".new").c_str(), 0700), 0);
        cache().save(tokens("2"));
    }
    EXPECT_EQ(access(cache()), "access-1");
}

TEST_F(TokenFile, IsLockedForOneAtATime) {
    auto lock = std::make_unique<TokenCache::Lock>(locked(cache()));
    CallControl control;
    const auto second = cache().lock(control, Clock::now() + std::chrono::milliseconds(50));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().error_class, ErrorClass::timeout);
    lock.reset();
    EXPECT_TRUE(locked(cache()).held());
}

TEST_F(TokenFile, WaitingForItCanBeCancelled) {
    const auto lock = locked(cache());
    CallControl control;
    std::thread other([&] {
        const auto second = cache().lock(control, Clock::now() + std::chrono::seconds(30));
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().error_class, ErrorClass::cancelled);
    });
    control.cancel();
    other.join();
}

TEST_F(TokenFile, LockEndsWithItsHolderAndNotWithAForkedChild) {
    auto lock = std::make_unique<TokenCache::Lock>(locked(cache()));
    int held_open[2];
    ASSERT_EQ(pipe(held_open), 0);
    // The child has the lock's descriptor too, for as long as it lives.
    Child child([&] {
        char end = 0;
        close(held_open[1]);
        return read(held_open[0], &end, 1) == 0;
    });
    lock.reset();
    EXPECT_TRUE(locked(cache()).held());
    close(held_open[1]);
    EXPECT_TRUE(child.succeeded());
    close(held_open[0]);
}

TEST_F(TokenFile, IsNeverSeenHalfWritten) {
    put(cache(), tokens("0"));
    Child writer([&] {
        for (int i = 0; i < 200; ++i)
            put(cache(), tokens(std::string(5000, static_cast<char>('a' + i % 26))));
        return true;
    });
    std::thread reader([&] {
        for (int i = 0; i < 400; ++i)
            EXPECT_THAT(access(cache()), testing::StartsWith("access-"));
    });
    reader.join();
    EXPECT_TRUE(writer.succeeded());
}

TEST_F(TokenFile, LosesNothingOfProcessesThatWriteAtOnce) {
    std::vector<Child> writers;
    for (int i = 0; i < 8; ++i) {
        writers.emplace_back([&, i] {
            put(cache("user" + std::to_string(i)), tokens(std::to_string(i)));
            return true;
        });
    }
    for (Child &writer : writers)
        EXPECT_TRUE(writer.succeeded());
    for (int i = 0; i < 8; ++i)
        EXPECT_EQ(access(cache("user" + std::to_string(i))), "access-" + std::to_string(i));
}

} // namespace
} // namespace hostbill::test
