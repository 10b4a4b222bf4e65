#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "catalog/notice.h"

namespace vodcatalog {

/// The outbox as seen from the courier's thread: another thread owns the catalog. Each question is
/// answered later, on that thread, by one call of `done`; or never, when that thread ends. False:
/// it is too busy to be asked now. What is asked and written is done in that order.
class Outbox {
public:
    virtual ~Outbox() = default;

    /// The messages whose time has come.
    [[nodiscard]] virtual bool ask_due(std::function<void(std::vector<catalog::Notice>)> done) = 0;
    /// The incidents that are open and have been told to a channel; nothing while the catalog
    /// cannot be used.
    [[nodiscard]] virtual bool ask_open(
        const std::string& channel,
        std::function<void(std::optional<std::vector<catalog::NoticeItem>>)> done) = 0;
    /// Writes all of it or, where `done` is told false, nothing.
    [[nodiscard]] virtual bool write(std::vector<catalog::DeliveryTick> ticks,
                                     std::function<void(bool)> done) = 0;
};

}  // namespace vodcatalog
