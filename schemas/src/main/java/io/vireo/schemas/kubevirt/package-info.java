/**
 * The types of the API that Vireo serves, and the CustomResourceDefinitions that come of them.
 *
 * <p>{@code kubevirt/types.tsv} is the one source: a row for each field, with its type and what
 * {@code kubectl explain} says of it. {@link io.vireo.schemas.kubevirt.ApiTypes} reads it, {@link
 * io.vireo.schemas.kubevirt.Kind} has what a kind is besides its fields, and {@link
 * io.vireo.schemas.kubevirt.CustomResourceFiles} writes {@code k8s/base/cluster/crds} in each
 * build. Deliberately absent: what Vireo makes of a field.
 */
@NullMarked
package io.vireo.schemas.kubevirt;

import org.jspecify.annotations.NullMarked;
