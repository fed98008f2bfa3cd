// Somebody who minds their own business on another connection, all the while: every answer has to be the right one.
#pragma once

#include "raw_socket.hpp"

#include <atomic>
#include <string>
#include <thread>

namespace hostbill::sandbox::test {

class Bystander {
public:
    explicit Bystander(const Box &box, const std::string &path = "/balance");
    ~Bystander(); // asks at least once more, then checks what was seen

private:
    void ask_on();

    Socket socket_;
    std::string request_;
    std::string expected_; // the body
    std::atomic<bool> stop_ = false;
    int asked_ = 0;
    std::string wrong_; // the first answer that was
    std::thread thread_;
};

} // namespace hostbill::sandbox::test
