#pragma once

#include <filesystem>
#include <memory>

#include "daemon/logging.h"
#include "daemon/web/control.h"

namespace vodcatalog {

/// HTTP/1.1 over a Unix socket, for the operators of this machine: whoever may write to the file
/// (mode 0660, the group of its folder) may command the daemon. Answers on threads of its own until
/// it is destroyed, which also removes the file.
class ControlSocket {
public:
    /// `target` and `log` must outlive it. A file left by a process that is gone is replaced.
    /// Throws catalog::Unusable if another process listens there or the path cannot be bound; then
    /// nothing is changed.
    ControlSocket(const std::filesystem::path& path, ControlTarget& target, Log& log);
    ~ControlSocket();
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vodcatalog
