package io.vireo.api.core;

/** What is done to an object, by the API server's words. */
public enum Operation {
  /** It is made. */
  CREATE,
  /** It is changed, in whole or in part. */
  UPDATE,
  /** It is deleted. */
  DELETE
}
