/* SPDX-License-Identifier: MIT */
#include "cli/input/completion.h"

#include <string.h>

void completion_init(struct completion *completion, struct span typed)
{
    *completion = (struct completion){.typed = typed};
}

bool completion_consider(struct completion *completion, const char *word)
{
    struct span text = span_text(word);
    size_t at = 0;

    if (text.size >= sizeof completion->common ||
        text.size < completion->typed.size ||
        (completion->typed.size > 0 &&
         memcmp(word, completion->typed.data, completion->typed.size) != 0)) {
        return false;
    }
    if (completion->count++ == 0) {
        memcpy(completion->common, word, text.size);
        completion->size = text.size;
    }
    while (at < completion->size && at < text.size &&
           completion->common[at] == word[at]) {
        at++;
    }
    completion->size = at;
    completion->common[at] = '\0';
    return true;
}

const char *completion_rest(const struct completion *completion)
{
    return completion->count == 0 ? ""
                                  : completion->common + completion->typed.size;
}
