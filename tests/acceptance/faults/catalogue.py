"""All the faults, in the order of the table."""

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

MODULES = (
    *(faults_connect, faults_heads, faults_bodies, faults_encodings, faults_shapes),
    *(faults_errors, faults_redirects, faults_retries, faults_deletion),
)
FAULTS = tuple(fault for module in MODULES for fault in module.GROUP.faults)
