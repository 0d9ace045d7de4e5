package org.millrace.runtimes.container;

import com.github.dockerjava.api.model.Info;

/**
 * What kind of engine it is.
 *
 * @param platform of its machine
 * @param init whether it has a first process that reaps others
 * @param groups by which use is measured
 */
record EngineTraits(String platform, boolean init, UsageGroups groups) {

  static EngineTraits of(Info info, EngineAddress address, Labels labels) {
    return new EngineTraits(
        Image.platform(String.valueOf(info.getOsType()), String.valueOf(info.getArchitecture())),
        hasInit(info),
        UsageGroups.find(
            address,
            String.valueOf(info.getCGroupDriver()),
            String.valueOf(info.getCGroupVersion()),
            labels.installation()));
  }

  /** The engine names the program, and says what version it found. */
  static boolean hasInit(Info info) {
    Object binary = info.getRawValues().get("InitBinary");
    Object commit = info.getRawValues().get("InitCommit");
    boolean found = commit == null || !String.valueOf(commit).contains("N/A");
    return binary != null && !String.valueOf(binary).isBlank() && found;
  }
}
