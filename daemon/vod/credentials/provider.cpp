#include "daemon/vod/credentials/provider.h"

#include "catalog/error.h"

namespace vodcatalog {

Grant Provider::fetch() {
    const std::string begin = name_.empty() ? "" : name_ + ": ";
    try {
        return ask();
    } catch (const catalog::Retryable& error) {
        throw catalog::Retryable(begin + error.what());
    } catch (const catalog::Error& error) {
        throw catalog::Refused(begin + error.what());
    }
}

}  // namespace vodcatalog
