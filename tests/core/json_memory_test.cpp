#include "core/json/json.hpp"
#include "core/json/json_memory.hpp"

#include <gtest/gtest.h>

#include <malloc.h>

#include <optional>
#include <thread>
#include <vector>

namespace hostbill::json {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool has_mallinfo = false; // Their memory is not the C library's.
#else
constexpr bool has_mallinfo = true;
#endif

std::size_t used_bytes() { return mallinfo2().uordblks; }

template <class Work>
void on_another_thread(const Work &work) {
    std::thread(work).join();
}

void give_all(const std::vector<void *> &blocks, std::size_t bytes) {
    for (void *block : blocks)
        give_block(block, bytes);
}

std::vector<void *> take_many(std::size_t count, std::size_t bytes) {
    std::vector<void *> blocks;
    for (std::size_t i = 0; i < count; ++i)
        blocks.push_back(take_block(bytes));
    return blocks;
}

TEST(JsonMemory, KeepsBlocksForTheNextOfTheirSize) {
    if (!has_mallinfo)
        GTEST_SKIP() << "sanitizers are to see every use of what was given back";
    void *const block = take_block(500);
    give_block(block, 500);
    void *const smaller = take_block(100);
    EXPECT_NE(smaller, block);
    void *const same = take_block(490);
    EXPECT_EQ(same, block);
    give_block(same, 490);
    give_block(smaller, 100);
}

TEST(JsonMemory, KeepsNoMoreThanALimit) {
    if (!has_mallinfo)
        GTEST_SKIP();
    on_another_thread([] {
        const std::size_t before = used_bytes();
        for (const std::size_t count : {200, 300, 1000}) {
            give_all(take_many(count, 1000), 1000);
            EXPECT_LT(used_bytes(), before + 300 * 1024);
        }
    });
}

// What was wanted before must not take all the room.
TEST(JsonMemory, KeepsTheSizesThatAreWantedNow) {
    if (!has_mallinfo)
        GTEST_SKIP();
    on_another_thread([] {
        give_all(take_many(1000, 4000), 4000);
        give_all(take_many(100, 500), 500);
        const std::size_t before = used_bytes();
        const std::vector<void *> again = take_many(100, 500);
        EXPECT_LT(used_bytes(), before + 20 * 500); // and the vector
        give_all(again, 500);
    });
}

TEST(JsonMemory, IsFreedWithItsThread) {
    if (!has_mallinfo)
        GTEST_SKIP();
    on_another_thread([] {}); // What the C library keeps of the first one.
    const std::size_t before = used_bytes();
    for (int i = 0; i < 20; ++i)
        on_another_thread([] { give_all(take_many(200, 1000), 1000); });
    EXPECT_LT(used_bytes(), before + 100 * 1024);
}

TEST(JsonMemory, GoesFromThreadToThread) {
    const std::size_t before = used_bytes();
    for (int i = 0; i < 20; ++i) {
        std::optional<Value> value;
        on_another_thread([&] { value = *parse(R"([{"name":"longer than what is kept in place"}])"); });
        EXPECT_EQ(*value->array()->front().object()->begin()->value.string(), "longer than what is kept in place");
        on_another_thread([&] { value.reset(); });
    }
    if (has_mallinfo) {
        EXPECT_LT(used_bytes(), before + 100 * 1024);
    }
}

// Made before the first block was taken, and so at its end when what was kept is gone.
TEST(JsonMemory, TakesBlocksBackWhenTheirThreadIsEnding) {
    on_another_thread([] {
        thread_local std::optional<Value> late;
        late.reset();
        late = *parse(R"({"name":"longer than what is kept in place","list":[{"a":1},{"a":2}]})");
    });
}

// Such a block is as large as any of its size: whoever gives it back may use all of it.
TEST(JsonMemory, TakesBlocksOfThreadsThatAreEnding) {
    struct Late {
        void **block = nullptr;
        ~Late() { *block = take_block(40); }
    };
    void *block = nullptr;
    on_another_thread([&] {
        thread_local Late late;
        late.block = &block;
        give_block(take_block(40), 40);
    });
    EXPECT_GE(malloc_usable_size(block), has_mallinfo ? 64U : 40U);
    give_block(block, 40);
}

// Whatever size: none, and beyond what is kept.
TEST(JsonMemory, GivesAllSizes) {
    for (const std::size_t bytes : {0, 1, 31, 32, 33, 4095, 4096, 4097, 1 << 20}) {
        for (int round = 0; round < 2; ++round) {
            char *const block = static_cast<char *>(take_block(bytes));
            if (bytes > 0)
                block[0] = block[bytes - 1] = 'x';
            give_block(block, bytes);
        }
    }
}

} // namespace
} // namespace hostbill::json
