#include "bystander.hpp"

namespace hostbill::sandbox::test {
Bystander::Bystander(const Box &box, const std::string &path)
    : socket_(box), request_("GET /api" + path + " HTTP/1.1\r\nHost: localhost\r\n" + basic_header(box) + "\r\n"),
      expected_(box.get(path).text), thread_([this] { ask_on(); }) {
    EXPECT_NE(expected_, "");
}

Bystander::~Bystander() {
    stop_ = true;
    thread_.join();
    EXPECT_EQ(wrong_, "") << "after " << asked_ << " right answers";
}

void Bystander::ask_on() {
    bool last = false;
    do {
        last = stop_;
        socket_.write(request_);
        const std::string answer = socket_.read_answer();
        if (!answer.starts_with("HTTP/1.1 200") || !answer.ends_with("\r\n\r\n" + expected_)) {
            wrong_ = answer.empty() ? "(none)" : answer;
            return;
        }
        ++asked_;
        if (!last)
            socket_.ends_within(1); // No need to keep a core busy.
    } while (!last);
}

} // namespace hostbill::sandbox::test
