/**
 * The pages for users, run as written: blocks of commands in order, and what they are said to
 * print.
 *
 * <p>A fenced block of language {@code sh} is a block of commands; one of language {@code output}
 * after it is what the commands print. A comment before a block marks it:
 *
 * <ul>
 *   <li>{@code <!-- docs test: not run, REASON -->}
 *   <li>{@code <!-- docs test: until TEXT -->} for commands that do not end by themselves
 * </ul>
 */
@NullMarked
package io.vireo.cli.docs;

import org.jspecify.annotations.NullMarked;
