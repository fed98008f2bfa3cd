// Which process this is, without asking the kernel each time.
#pragma once

#include <sys/types.h>

namespace hostbill {

// As getpid(), also in the child of a fork of any kind: what is remembered lies in memory that the kernel empties then.
pid_t process_id() noexcept;

} // namespace hostbill
