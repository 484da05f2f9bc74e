/* SPDX-License-Identifier: MIT */
#include "sockfeed.h"

int main(void)
{
    return sockfeed_result_text(SOCKFEED_OK)[0] == 's' ? 0 : 1;
}
