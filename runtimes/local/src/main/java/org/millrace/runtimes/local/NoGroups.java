package org.millrace.runtimes.local;

/** No control groups here: nothing is limited, and use is sampled as well as that goes. */
record NoGroups(String why) implements ControlGroups {

  @Override
  public boolean ready(int slot, SlotLimits limits, int executors) {
    return false;
  }

  @Override
  public SlotWords words(int slot, int executor) {
    return SlotWords.NONE;
  }

  @Override
  public void remove(int slot) {
    // there is none
  }

  @Override
  public void removeFrom(int slot) {
    // there is none
  }
}
