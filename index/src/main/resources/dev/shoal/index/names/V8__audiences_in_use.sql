-- Which versions are for an audience, as it goes with the last of them.
CREATE INDEX private_versions_audience ON private_versions (audience) WHERE audience IS NOT NULL;
