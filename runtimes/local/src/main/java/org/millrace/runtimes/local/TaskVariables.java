package org.millrace.runtimes.local;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A task's variables on their way through a shell. Values may be secrets, so they never stand among
 * arguments, which everybody on the host can read. And no shell hands on a variable whose name it
 * could not have itself, as {@code a.b}; such a one travels as two of ours, name and value, of
 * which {@code env} makes one in the end. Pure.
 *
 * @param values by name
 */
record TaskVariables(Map<String, String> values) {
  private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Names that a shell keeps for itself, in some shell or other. */
  private static final Set<String> SHELLS_OWN =
      Set.of(
          "BASHOPTS",
          "BASH_VERSINFO",
          "EUID",
          "IFS",
          "LINENO",
          "OPTIND",
          "PPID",
          "SHELLOPTS",
          "UID");

  private static final String NAME = "MILLRACE_NAME_";
  private static final String VALUE = "MILLRACE_VALUE_";

  TaskVariables {
    values = Map.copyOf(values);
  }

  /** The variables that a shell can be given for them. */
  Map<String, String> forShell() {
    var variables = new LinkedHashMap<String, String>();
    values.forEach((name, value) -> {
      if (isForShell(name)) {
        variables.put(name, value);
      }
    });
    List<String> others = others();
    for (int i = 0; i < others.size(); i++) {
      variables.put(NAME + i, others.get(i));
      variables.put(VALUE + i, values.getOrDefault(others.get(i), ""));
    }
    return variables;
  }

  /** Lines for a shell that set them. */
  String exports() {
    var text = new StringBuilder();
    forShell()
        .forEach((name, value) ->
            text.append(name)
                .append('=')
                .append(ShellText.word(value))
                .append("\nexport ")
                .append(name)
                .append('\n'));
    return text.toString();
  }

  /**
   * What stands before a command so that it has them all, ending in a space; nothing where the
   * shell's own variables do. The values are put in by {@code env} itself, out of its own
   * variables, so that they are not among its arguments either.
   *
   * @param env the program, from coreutils 8.30 on
   */
  String launcher(String env) {
    List<String> others = others();
    if (others.isEmpty()) {
      return "";
    }
    var text = new StringBuilder();
    for (int i = 0; i < others.size(); i++) {
      text.append("-u ").append(NAME).append(i).append(" -u ").append(VALUE).append(i).append(' ');
    }
    text.append("--");
    for (int i = 0; i < others.size(); i++) {
      text.append(" ${").append(NAME).append(i).append("}=${").append(VALUE).append(i).append('}');
    }
    return ShellText.word(env) + " -S " + ShellText.word(text.toString()) + " ";
  }

  private List<String> others() {
    var others = new ArrayList<String>();
    values.keySet().stream().filter(name -> !isForShell(name)).sorted().forEach(others::add);
    return others;
  }

  private static boolean isForShell(String name) {
    return SHELL_NAME.matcher(name).matches() && !SHELLS_OWN.contains(name);
  }
}
