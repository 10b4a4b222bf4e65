#pragma once

#include <unistd.h>

#include <stdexcept>

namespace world {

/// For its life, this thread is no root, to whom every file would be open.
class Powerless {
public:
    Powerless() : user_(geteuid()) {
        constexpr uid_t kNobody = 65534;
        if (user_ == 0 && seteuid(kNobody) != 0) throw std::runtime_error("seteuid");
    }
    ~Powerless() {
        if (geteuid() != user_ && seteuid(user_) != 0) std::terminate();
    }
    Powerless(const Powerless&) = delete;
    Powerless& operator=(const Powerless&) = delete;

private:
    const uid_t user_;
};

}  // namespace world
