// A port that listens and answers nobody.
#pragma once

namespace hostbill::faults {

class Listener {
public:
    Listener();
    ~Listener();
    Listener(const Listener &) = delete;
    Listener &operator=(const Listener &) = delete;

    int port() const { return port_; }
    // Whether anybody has connected; does not wait.
    bool was_connected() const;

private:
    int socket_;
    int port_;
};

} // namespace hostbill::faults
