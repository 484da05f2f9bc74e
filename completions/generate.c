/* SPDX-License-Identifier: MIT */

/*
 * Writes the completions of a shell, made from the table of options, to
 * standard output: `generate bash`, `generate zsh`, `generate fish`. It is
 * run by `make completions`, never installed.
 */

#include "cli/options/option_table.h"

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
    VALUE_FOLDER,
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
    if (strcmp(option->argument, "DIR") == 0) {
        return VALUE_FOLDER;
    }
    return strcmp(option->argument, "FILE") == 0 ||
                   strcmp(option->argument, "DATA|FILE") == 0
               ? VALUE_FILE
               : VALUE_ANY;
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

static const char bash_head[] =
    "# bash completion for sockfeed, made by `make completions`\n"
    "\n"
    "# Names of files, or of folders, that begin with $word.\n"
    "_sockfeed_files() {\n"
    "    [[ -n $at ]] || compopt -o filenames\n"
    "    mapfile -t COMPREPLY < <(compgen -P \"$at\" \"$1\" -- \"$word\")\n"
    "}\n"
    "\n"
    "# The user's profiles, and those that came with the program.\n"
    "_sockfeed_profiles() {\n"
    "    local program file\n"
    "    program=$(type -P sockfeed)\n"
    "    for file in \"${XDG_CONFIG_HOME:-$HOME/.config}\"/sockfeed/* \\\n"
    "        \"${program%/bin/*}\"/share/sockfeed/profiles/*; do\n"
    "        [[ ! -f $file ]] || printf '%s\\n' \"${file##*/}\"\n"
    "    done\n"
    "}\n"
    "\n"
    "_sockfeed() {\n"
    "    local word=${COMP_WORDS[COMP_CWORD]}\n"
    "    local before=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    local at=\n"
    "\n"
    "    COMPREPLY=()\n"
    "    # --name=value comes as three words; @name as two, or as one.\n"
    "    if [[ $word == '=' ]]; then\n"
    "        word=\n"
    "    elif [[ $before == '=' ]]; then\n"
    "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    elif [[ $word == '@'* ]]; then\n"
    "        at=@ word=${word#@}\n"
    "    elif [[ $before == '@' ]]; then\n"
    "        at=@ before=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n"
    "    case $before in\n";

static const char bash_words[] =
    "    esac\n"
    "    if [[ -n $at ]]; then\n"
    "        COMPREPLY=($(compgen -P @ -W \"$(_sockfeed_profiles)\" -- "
    "\"$word\"))\n"
    "    elif [[ ${COMP_WORDS[1]} == serve && $word != -* ]]; then\n"
    "        _sockfeed_files -f\n"
    "    elif [[ $COMP_CWORD == 1 && $word != -* ]]; then\n"
    "        COMPREPLY=($(compgen -W 'demo serve probe' -- \"$word\"))\n"
    "    elif [[ $word == -* ]]; then\n";

static void print_bash_files(const struct option *option, const char *kind)
{
    (void)printf("    ");
    print_pattern(option);
    (void)printf(")\n        _sockfeed_files %s\n        return ;;\n", kind);
}

static void print_bash_choices(const struct option *option)
{
    (void)printf("    ");
    print_pattern(option);
    (void)printf(")\n        COMPREPLY=($(compgen -W '");
    print_choices(option, " ");
    (void)printf("' -- \"$word\"))\n        return ;;\n");
}

static void print_bash_values(void)
{
    for (size_t i = 0; i < option_table_count; i++) {
        const struct option *option = &option_table[i];

        switch (takes_next(option) ? value_kind(option) : VALUE_NONE) {
        case VALUE_CHOICE:
            print_bash_choices(option);
            break;
        case VALUE_FILE:
            print_bash_files(option, "-f");
            break;
        case VALUE_FOLDER:
            print_bash_files(option, "-d");
            break;
        case VALUE_NONE:
        case VALUE_ANY:
            break;
        }
    }
}

/* Of their values a shell knows nothing, but that @FILE may stand for one. */
static void print_bash_unknown(void)
{
    const char *before = "    ";

    for (size_t i = 0; i < option_table_count; i++) {
        const struct option *option = &option_table[i];

        if (takes_next(option) && value_kind(option) == VALUE_ANY) {
            (void)printf("%s", before);
            print_pattern(option);
            before = " | \\\n        ";
        }
    }
    (void)printf(")\n        [[ -z $at ]] || _sockfeed_files -f\n"
                 "        return ;;\n");
}

static void print_bash(void)
{
    (void)fputs(bash_head, stdout);
    print_bash_values();
    print_bash_unknown();
    (void)fputs(bash_words, stdout);
    (void)printf("        COMPREPLY=($(compgen -W '");
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
    case VALUE_FOLDER:
        (void)printf("_files -/");
        break;
    case VALUE_CHOICE:
        (void)printf("(");
        print_choices(option, " ");
        (void)printf(")");
        break;
    }
    (void)printf("' \\\n");
}

static const char zsh_words[] =
    "    '*: :->word'\n"
    "[[ $state == word ]] || return\n"
    "if [[ $words[2] == serve && $CURRENT -gt 2 ]]; then\n"
    "    _files\n"
    "elif [[ $PREFIX == @* ]]; then\n"
    "    local -a profiles=(\n"
    "        ${XDG_CONFIG_HOME:-$HOME/.config}/sockfeed/*(N.:t)\n"
    "        ${${commands[sockfeed]}%/bin/*}/share/sockfeed/profiles/*(N.:t))\n"
    "    compadd -- @$^profiles\n"
    "else\n"
    "    (( CURRENT != 2 )) || compadd demo serve probe\n"
    "    _urls\n"
    "fi\n";

static void print_zsh(void)
{
    (void)printf("#compdef sockfeed\n"
                 "# zsh completion for sockfeed, made by `make completions`\n"
                 "\n"
                 "local state\n"
                 "_arguments -s -S \\\n");
    for (size_t i = 0; i < option_table_count; i++) {
        print_zsh_option(&option_table[i]);
    }
    (void)fputs(zsh_words, stdout);
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

static const char fish_head[] =
    "# fish completion for sockfeed, made by `make completions`\n"
    "\n"
    "# The user's profiles, and those that came with the program.\n"
    "function __sockfeed_profiles\n"
    "    set -l config $XDG_CONFIG_HOME $HOME/.config\n"
    "    set -l program (command -s sockfeed | string replace -r '/bin/[^/]*$' '')\n"
    "    for file in $config[1]/sockfeed/* $program/share/sockfeed/profiles/*\n"
    "        test -f $file; and echo @(basename $file)\n"
    "    end\n"
    "end\n"
    "\n"
    "complete -c sockfeed -f\n"
    "complete -c sockfeed -n __fish_use_subcommand -a 'demo serve probe'\n"
    "complete -c sockfeed -n '__fish_seen_subcommand_from serve' -F\n"
    "complete -c sockfeed -n 'string match -q \"@*\" -- (commandline -ct)' -a '(__sockfeed_profiles)'\n";

static void print_fish(void)
{
    (void)fputs(fish_head, stdout);
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
        case VALUE_FOLDER:
            (void)printf(" -x -a '(__fish_complete_directories)'");
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
