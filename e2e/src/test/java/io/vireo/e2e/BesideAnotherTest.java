package io.vireo.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A test that may run beside another one of its class, on the same stack, since most of it is
 * waiting. It minds only objects of its own, or locks what it shares. For pods that are processes:
 * a kubelet and containerd keep two processors busy with one test. On a class, {@code Execution}
 * would run that beside other classes too, and each has a stack.
 */
@Test
@Execution(ExecutionMode.CONCURRENT)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface BesideAnotherTest {}
