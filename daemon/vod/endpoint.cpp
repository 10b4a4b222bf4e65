#include "daemon/vod/endpoint.h"
