/* SPDX-License-Identifier: MIT */

/*
 * Writes the completions of a shell, made from the table of options, to
 * standard output: `generate bash`, `generate zsh`, `generate fish`. It is
 * run by `make completions`, never installed.
 */

#include "cli/option_table.h"

#include <stdio.h>
#include <string.h>

/* Whether the next word is the option's value. */
static bool takes_next(const struct option *option)
{
    return option->argument != NULL &&
           (option->flags & OPTION_OPTIONAL_VALUE) == 0;
}

/* What may stand after an option, as far as a shell can know it. */
enum value_kind {
    VALUE_NONE,
    VALUE_ANY,
    VALUE_FILE,
    VALUE_CHOICE,
};

static enum value_kind value_kind(const struct option *option)
{
    if (option->argument == NULL) {
        return VALUE_NONE;
    }
    if (option->choices != NULL) {
        return VALUE_CHOICE;
    }
    return strcmp(option->argument, "FILE") == 0 ? VALUE_FILE : VALUE_ANY;
}

static void print_choices(const struct option *option, const char *between)
{
    const struct option_choice *choice = option->choices;

    for (; choice->word != NULL; choice++) {
        (void)printf("%s%s", choice == option->choices ? "" : between,
                     choice->word);
    }
}

/* The patterns of a `case` for one option. */
static void print_pattern(const struct option *option)
{
    if (option->letter != '\0') {
        (void)printf("-%c | ", option->letter);
    }
    (void)printf("--%s", option->name);
}

/* ---- bash ---------------------------------------------------------------- */

static void print_bash_values(void)
{
    for (size_t i = 0; i < option_table_count; i++) {
        const struct option *option = &option_table[i];

        if (!takes_next(option)) {
            continue;
        }
        switch (value_kind(option)) {
        case VALUE_NONE:
            break;
        case VALUE_CHOICE:
            (void)printf("    ");
            print_pattern(option);
            (void)printf(")\n        COMPREPLY=($(compgen -W '");
            print_choices(option, " ");
            (void)printf("' -- \"$word\"))\n        return ;;\n");
            break;
        case VALUE_FILE:
            (void)printf("    ");
            print_pattern(option);
            (void)printf(")\n        COMPREPLY=($(compgen -f -- \"$word\"))\n"
                         "        return ;;\n");
            break;
        case VALUE_ANY:
            (void)printf("    ");
            print_pattern(option);
            (void)printf(")\n        return ;;\n");
            break;
        }
    }
}

static void print_bash(void)
{
    (void)printf("# bash completion for sockfeed, made by `make completions`\n"
                 "\n"
                 "_sockfeed() {\n"
                 "    local word=${COMP_WORDS[COMP_CWORD]}\n"
                 "    local before=${COMP_WORDS[COMP_CWORD - 1]}\n"
                 "\n"
                 "    COMPREPLY=()\n"
                 "    # --name=value comes as three words\n"
                 "    if [[ $word == '=' ]]; then\n"
                 "        word=\n"
                 "    elif [[ $before == '=' ]]; then\n"
                 "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
                 "    fi\n"
                 "    case $before in\n");
    print_bash_values();
    (void)printf("    esac\n"
                 "    if [[ $word == -* ]]; then\n"
                 "        COMPREPLY=($(compgen -W '");
    for (size_t i = 0; i < option_table_count; i++) {
        (void)printf("%s--%s", i == 0 ? "" : "\n            ",
                     option_table[i].name);
    }
    (void)printf("' -- \"$word\"))\n"
                 "    fi\n"
                 "}\n"
                 "complete -F _sockfeed sockfeed\n");
}

/* ---- zsh ----------------------------------------------------------------- */

/* Text between single quotes in which `:`, `[` and `]` mean something. */
static void print_zsh_text(const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '\'':
            (void)printf("'\\''");
            break;
        case '[':
        case ']':
        case ':':
        case '\\':
            (void)printf("\\%c", *text);
            break;
        default:
            (void)putchar(*text);
            break;
        }
    }
}

static void print_zsh_option(const struct option *option)
{
    bool optional = (option->flags & OPTION_OPTIONAL_VALUE) != 0;
    const char *attach = option->argument == NULL ? "" : optional ? "=-" : "=";

    (void)printf("    '*'");
    if (option->letter != '\0') {
        (void)printf("{-%c%s,--%s%s}", option->letter,
                     option->argument == NULL ? "" : "+", option->name, attach);
    } else {
        (void)printf("--%s%s", option->name, attach);
    }
    (void)printf("'[");
    print_zsh_text(option->help);
    (void)printf("]");
    if (option->argument != NULL) {
        (void)printf(optional ? "::" : ":");
        print_zsh_text(option->argument);
        (void)printf(":");
    }
    switch (value_kind(option)) {
    case VALUE_NONE:
    case VALUE_ANY:
        break;
    case VALUE_FILE:
        (void)printf("_files");
        break;
    case VALUE_CHOICE:
        (void)printf("(");
        print_choices(option, " ");
        (void)printf(")");
        break;
    }
    (void)printf("' \\\n");
}

static void print_zsh(void)
{
    (void)printf("#compdef sockfeed\n"
                 "# zsh completion for sockfeed, made by `make completions`\n"
                 "\n"
                 "_arguments -s -S \\\n");
    for (size_t i = 0; i < option_table_count; i++) {
        print_zsh_option(&option_table[i]);
    }
    (void)printf("    '*:URL or @PROFILE:_urls'\n");
}

/* ---- fish ---------------------------------------------------------------- */

static void print_fish_text(const char *text)
{
    (void)putchar('\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\') {
            (void)putchar('\\');
        }
        (void)putchar(*text);
    }
    (void)putchar('\'');
}

static void print_fish(void)
{
    (void)printf("# fish completion for sockfeed, made by `make completions`\n"
                 "\n"
                 "complete -c sockfeed -f\n");
    for (size_t i = 0; i < option_table_count; i++) {
        const struct option *option = &option_table[i];

        (void)printf("complete -c sockfeed -l %s", option->name);
        if (option->letter != '\0') {
            (void)printf(" -s %c", option->letter);
        }
        switch (value_kind(option)) {
        case VALUE_NONE:
            break;
        case VALUE_ANY:
            (void)printf(" -x");
            break;
        case VALUE_FILE:
            (void)printf(" -r -F");
            break;
        case VALUE_CHOICE:
            if (takes_next(option)) {
                (void)printf(" -x -a '");
                print_choices(option, " ");
                (void)printf("'");
            }
            break;
        }
        (void)printf(" -d ");
        print_fish_text(option->help);
        (void)printf("\n");
    }
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *shell;
        void (*print)(void);
    } shells[] = {
        {"bash", print_bash},
        {"zsh",  print_zsh },
        {"fish", print_fish},
    };

    for (size_t i = 0; argc == 2 && i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(argv[1], shells[i].shell) == 0) {
            shells[i].print();
            return fflush(stdout) == 0 && ferror(stdout) == 0 ? 0 : 1;
        }
    }
    (void)fprintf(stderr, "usage: generate bash|zsh|fish\n");
    return 2;
}
