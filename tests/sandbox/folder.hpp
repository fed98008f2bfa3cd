// A folder that is gone after the test, and a database in it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace hostbill::sandbox::test {

class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "hostbill-sandbox-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    std::string database() const { return (path_ / "state.db").string(); }
    std::filesystem::path worlds() const { return path_ / "state.db-worlds"; }
    std::string config() const { return R"("database":")" + database() + R"(","password":"x")"; }

private:
    std::filesystem::path path_;
};

} // namespace hostbill::sandbox::test
