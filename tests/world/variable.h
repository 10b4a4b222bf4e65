#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace world {

/// An environment variable that has, for the life of this, another value or none.
class Variable {
public:
    Variable(std::string name, const std::optional<std::string>& value) : name_(std::move(name)) {
        if (const char* before = std::getenv(name_.c_str())) before_ = before;
        set(value);
    }
    ~Variable() { set(before_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

    void set(const std::optional<std::string>& value) const {
        if (value) {
            setenv(name_.c_str(), value->c_str(), 1);
        } else {
            unsetenv(name_.c_str());
        }
    }

private:
    const std::string name_;
    std::optional<std::string> before_;
};

}  // namespace world
