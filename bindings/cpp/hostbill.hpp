// hostbill for C++17 and later: the functions of hostbill.h as classes, with a method for every operation. Header-only;
// link with libhostbill (CMake: hostbill::cpp, pkg-config: hostbill).
//
//     hostbill::Client client({.portal = "time4vps", .username = "me@example.com", .password = password});
//     for (const hostbill::Value &server : client.servers.list())
//         std::cout << server["id"].text() << '\n';
//
// Designated initializers are C++20's; in C++17 set the members of a Config or of a ...Params one by one.
//
// A method returns the data of the portal's answer as a Value; failures are exceptions, one class for each class of
// errors, all of them hostbill::Error. Any thread may use a client, at the same time as others. The sandbox is in
// hostbill/sandbox.hpp.
#pragma once

#include "hostbill/batch.hpp"
#include "hostbill/client.hpp"
#include "hostbill/errors.hpp"
#include "hostbill/value.hpp"
