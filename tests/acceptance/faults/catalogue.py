"""All the faults, in the order of the table."""

from __future__ import annotations

from tests.acceptance.faults import (
    faults_bodies,
    faults_connect,
    faults_deletion,
    faults_encodings,
    faults_errors,
    faults_heads,
    faults_redirects,
    faults_retries,
    faults_shapes,
)

GROUPS = (
    faults_connect.GROUP,
    faults_heads.GROUP,
    faults_bodies.GROUP,
    faults_encodings.GROUP,
    faults_shapes.GROUP,
    faults_errors.GROUP,
    faults_redirects.GROUP,
    faults_retries.GROUP,
    faults_deletion.GROUP,
)
FAULTS = tuple(fault for group in GROUPS for fault in group.faults)
BY_NAME = {fault.name: fault for fault in FAULTS}
