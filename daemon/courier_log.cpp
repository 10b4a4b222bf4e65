#include "daemon/courier_log.h"

namespace vodcatalog {

void CourierLog::on_attempt(const catalog::Notice& notice, const Delivery& delivery) {
    switch (delivery.kind) {
        case Delivery::Kind::delivered:
            if (failing_.erase(notice.channel) > 0) {
                log_.information("The channel takes messages again.",
                                 {{"channel", notice.channel}});
            }
            log_.information("A message was delivered.", {{"channel", notice.channel},
                                                          {"kind", to_string(notice.kind)},
                                                          {"incidents", notice.incidents()},
                                                          {"notice_key", notice.key}});
            return;
        case Delivery::Kind::retry_later:
            if (!failing_.insert(notice.channel).second) return;
            log_.warning(
                "The channel does not take messages; they are tried again for three days. The view "
                "undelivered_notice has all of them.",
                {{"channel", notice.channel}, {"error", delivery.error}});
            return;
        case Delivery::Kind::refused:
            log_.warning("The channel refuses a message, which is given up.",
                         {{"channel", notice.channel},
                          {"notice_key", notice.key},
                          {"error", delivery.error}});
            return;
    }
}

}  // namespace vodcatalog
