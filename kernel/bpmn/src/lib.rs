//! BPMN XML to a process model, and the pure step of the engine.
